/** Kinds of identifiers, the strongest first. */
import { Button, Flex, Table, Tag, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { Kind } from "@/features/people/identity/use-rules";
import { useFormat } from "@/lib/use-format";
import { useIsPhone } from "@/ui/responsive";

interface KindTableProps {
  kinds: Kind[];
  saved: readonly Kind[];
  onEdit: (kind: Kind) => void;
  onRemove: (name: string) => void;
}

export function KindTable({ kinds, saved, onEdit, onRemove }: KindTableProps) {
  const { t } = useTranslation("identity");
  const format = useFormat();
  const isPhone = useIsPhone();
  const isChanged = (kind: Kind) =>
    JSON.stringify(saved.find((one) => one.name === kind.name)) !== JSON.stringify(kind);
  return (
    <Table<Kind>
      size="small"
      rowKey="name"
      scroll={{ x: "max-content" }}
      pagination={false}
      dataSource={kinds}
      columns={[
        { title: t("identityRules.priority"), className: "num left", dataIndex: "priority" },
        {
          title: t("identityRules.kind"),
          render: (_, kind) => (
            <>
              {format.language === "zh" ? kind.label_zh : kind.label_en}{" "}
              {isChanged(kind) && <Tag color="gold">{t("identityRules.changed")}</Tag>}
              <div className="soft mono">{kind.name}</div>
            </>
          ),
        },
        {
          title: t("identityRules.strength"),
          render: (_, kind) => (
            <Tooltip title={t(`strengthHint.${kind.strength}`)}>
              <Tag color={kind.strength === "strong" ? "blue" : "default"}>{t(`strength.${kind.strength}`)}</Tag>
            </Tooltip>
          ),
        },
        {
          title: <Tooltip title={t("identityRules.limitHint")}>{t("identityRules.limit")}</Tooltip>,
          className: "num",
          render: (_, kind) => (kind.limit === null ? t("identityRules.noLimit") : format.count(kind.limit)),
        },
        {
          title: <Tooltip title={t("identityRules.peopleMaxHint")}>{t("identityRules.peopleMax")}</Tooltip>,
          className: "num",
          render: (_, kind) => (kind.people_max === null ? t("identityRules.noLimit") : format.count(kind.people_max)),
        },
        { title: t("identityRules.blocked"), className: "num", render: (_, kind) => format.count(kind.blocked.length) },
        {
          title: t("identityRules.places"),
          render: (_, kind) => <div className="mono soft kind-places">{kind.places.join(", ")}</div>,
        },
        {
          title: "",
          ...(isPhone ? {} : { fixed: "right" as const }),
          render: (_, kind) => (
            <Flex>
              <Button type="link" size="small" onClick={() => { onEdit(kind); }}>{t("identityRules.edit")}</Button>
              {!kind.is_built_in && (
                <Button type="link" danger size="small" onClick={() => { onRemove(kind.name); }}>{t("action.remove")}</Button>
              )}
            </Flex>
          ),
        },
      ]}
    />
  );
}
