/** What a person cares about, for the person page: the dearest of each kind, with the reason. */
import { Card } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { Problem } from "@/api/client";
import { usePersonInterests, writeWalk, type Item, type Place } from "@/features/people/interests/interests";
import { ItemList } from "@/features/people/interests/item-list";
import { scoredLines } from "@/features/people/interests/lines";
import { useKindWord } from "@/features/people/interests/naming";
import { useWorkspace } from "@/lib/workspace";
import "@/ui/interests.css";
import { Failure, Waiting } from "@/ui/states";

const SHOWN = 3;
const KINDS_SHOWN = ["product", "topic", "brand", "host"];

export function InterestsCard({ person }: { person: string }) {
  const { t } = useTranslation("interests");
  const { id } = useWorkspace();
  const navigate = useNavigate();
  const kindWord = useKindWord();
  const cares = usePersonInterests(person, SHOWN);
  const me: Place = { kind: "person", id: person };
  const addressOf = (walk: readonly Place[]) => `/w/${id}/interests?walk=${encodeURIComponent(writeWalk(walk) ?? "")}`;
  const walk = (item: Item) => void navigate(addressOf([me, item]));
  const isNone = cares.error instanceof Problem && cares.error.status === 404;
  const kinds = cares.data?.kinds.filter((one) => one.items.length > 0 && KINDS_SHOWN.includes(one.kind)) ?? [];
  return (
    <Card title={t("interests.title")} extra={!isNone && <Link to={addressOf([me])}>{t("interests.more")}</Link>}>
      {cares.isError && !isNone && <Failure error={cares.error} onRetry={() => void cares.refetch()} />}
      {cares.isPending && <Waiting rows={4} />}
      {(isNone || (cares.data && kinds.length === 0)) && <span className="soft">{t("interests.cardNone")}</span>}
      {kinds.map((one) => (
        <section key={one.kind}>
          <h3 className="section-name">{kindWord(one.kind, true)}</h3>
          <ItemList lines={scoredLines(one.items)} hasKinds={false} onWalk={walk} onExplain={walk} />
        </section>
      ))}
      {kinds.length > 0 && <p className="soft small">{t("interests.legend")}</p>}
    </Card>
  );
}
