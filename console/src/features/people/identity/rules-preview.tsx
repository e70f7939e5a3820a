/** What a change of rules would do: how many would split, how many would merge, and some of them. */
import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Schema } from "@/api/client";
import { usePersonName } from "@/features/people/shared/person-name";
import { useFormat } from "@/lib/use-format";
import { useWorkspace } from "@/lib/workspace";

export function RulesPreview({ preview }: { preview: Schema["RulesPreview"] }) {
  const { t } = useTranslation("identity");
  const { id } = useWorkspace();
  const format = useFormat();
  const personName = usePersonName();
  const { split, merged, examples, needs_rereading: isReread } = preview;
  const names = (people: readonly string[]) =>
    people.map((person, index) => (
      <span key={person}>
        {index > 0 && " + "}
        <Link to={`/w/${id}/people/${person}`} target="_blank">
          {personName({ person })}
        </Link>
      </span>
    ));
  return (
    <>
      <div className="change-preview">
        <div className="num"><strong>{t("identityRules.wouldSplit", { shown: format.count(split) })}</strong></div>
        <div className="num"><strong>{t("identityRules.wouldMerge", { shown: format.count(merged) })}</strong></div>
        {examples.length > 0 && (
          <>
            <p className="section-name" style={{ marginTop: 12 }}>{t("identityRules.examples")}</p>
            <ul>
              {examples.map((one) => (
                <li key={one.before.join() + one.after.join()}>
                  {names(one.before)} → {names(one.after)}
                </li>
              ))}
            </ul>
          </>
        )}
        <div className="soft small">{t("identityRules.follows")}</div>
      </div>
      {isReread && <Alert type="info" showIcon title={t("identityRules.reread")} />}
    </>
  );
}
