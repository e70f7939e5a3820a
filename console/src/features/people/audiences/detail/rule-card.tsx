/** The rule in words, and every version it has had. */
import { Card, Collapse } from "antd";
import { useTranslation } from "react-i18next";
import { readRule } from "@/features/people/audiences/rules/read-rule";
import { useFactWords } from "@/features/people/audiences/rules/rule-words";
import { isGroup, type Group } from "@/features/people/audiences/rules/tree";
import { useVersions, type Audience } from "@/features/people/audiences/use-audiences";
import { useOperatorNames } from "@/lib/operators";
import { useFormat } from "@/lib/use-format";

export function RuleCard({ audience }: { audience: Audience }) {
  const { t } = useTranslation("audiences");
  const format = useFormat();
  const nameOf = useOperatorNames();
  const versions = useVersions(audience.id);
  const items = (versions.data?.items ?? []).map((one) => ({
    key: String(one.version),
    label: (
      <span className="num">
        {t("audiences.version", { version: one.version })}{" "}
        <span className="soft">{t("detail.by", { who: nameOf(one.created_by), at: format.time(one.created_at) })}</span>
      </span>
    ),
    children: <RuleWords rule={one.rule} />,
  }));
  return (
    <Card title={t("detail.rule")}>
      <RuleWords rule={audience.rule} />
      {items.length > 1 && (
        <>
          <p className="section-name" style={{ marginTop: 16 }}>{t("detail.versions")}</p>
          <Collapse size="small" items={items} />
        </>
      )}
    </Card>
  );
}

/** A whole rule in words, nested as it is. */
export function RuleWords({ rule }: { rule: unknown }) {
  return <GroupWords group={readRule(rule)} />;
}

function GroupWords({ group }: { group: Group }) {
  const { t } = useTranslation("audiences");
  const words = useFactWords();
  const match = group.match === "all" ? (group.isNot ? "notAll" : "all") : group.isNot ? "notAny" : "any";
  const empty = group.match === "all" ? "builder.empty" : "builder.emptyAny";
  return (
    <div className="rule-words">
      <div className="soft small">{group.rules.length === 0 ? t(empty) : t(`builder.${match}`)}</div>
      <ul>
        {group.rules.map((node) => (
          <li key={node.id}>
            {isGroup(node) ? (
              <GroupWords group={node} />
            ) : (
              <>
                {node.isNot && <strong>{t("builder.not")} </strong>}
                {words(node.fact)}
              </>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
