/** What operators decided about who this is: who, when, why. */
import { Tag } from "antd";
import { useTranslation } from "react-i18next";
import { useDecisions } from "@/features/people/person/use-identity";
import { useOperatorNames } from "@/lib/operators";
import { useWord } from "@/features/people/shared/words";
import { useFormat } from "@/lib/use-format";
import { Failure } from "@/ui/states";

export function DecisionList({ person }: { person: string }) {
  const { t } = useTranslation("people");
  const word = useWord();
  const format = useFormat();
  const nameOf = useOperatorNames();
  const decisions = useDecisions(person);
  const items = decisions.data?.items ?? [];
  return (
    <div>
      <p className="section-name">{t("identityCard.decisions")}</p>
      {decisions.isError && <Failure error={decisions.error} onRetry={() => void decisions.refetch()} />}
      {decisions.data && items.length === 0 && <div className="soft small">{t("identityCard.noDecisions")}</div>}
      <ul className="fact-list">
        {items.map((one) => (
          <li key={one.id}>
            <Tag>{word("decision", one.kind)}</Tag>
            {one.reason}
            <div className="soft small num">
              {t("identityCard.by", { who: nameOf(one.by), at: format.time(one.at) })}
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}
