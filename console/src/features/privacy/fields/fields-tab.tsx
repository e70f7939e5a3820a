/** Which fields hold personal data, how closely each is kept, and what of it is shown. */
import { DownloadOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Card, Flex, Input, Popconfirm, Select, Tag, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FieldDialog } from "@/features/privacy/fields/field-dialog";
import { maskSample } from "@/features/privacy/fields/mask-samples";
import { SweepLine } from "@/features/privacy/fields/sweep-line";
import { useFieldWork, usePrivacyFields, type Field } from "@/features/privacy/fields/use-fields";
import { downloadCsv } from "@/lib/csv";
import { useAddress } from "@/lib/use-address";
import { useFormat } from "@/lib/use-format";
import { CLASSES, useVaultWord } from "@/lib/vault";
import { useMay } from "@/lib/workspace";
import { ListTable } from "@/ui/list-table";
import { Failure, Nothing, Waiting } from "@/ui/states";

const COLOURS: Record<string, string> = { important: "red", common: "gold", general: "default" };

export function FieldsTab() {
  const { t } = useTranslation("privacy");
  const word = useVaultWord();
  const format = useFormat();
  const mayManage = useMay("privacy:manage");
  const [get, set] = useAddress();
  const [isAdding, setAdding] = useState(false);
  const fields = usePrivacyFields();
  const sought = (get("q") ?? "").toLowerCase();
  const dataClass = get("class");
  const labelOf = (field: Field) => (format.language === "zh" ? field.label_zh : field.label_en);
  const all = fields.data?.items ?? [];
  const shown = all.filter(
    (field) =>
      (!dataClass || field.data_class === dataClass) &&
      `${field.place} ${field.label_zh} ${field.label_en} ${field.kind}`.toLowerCase().includes(sought),
  );
  const save = () => {
    downloadCsv("fields", [
      [t("fields.place"), t("fields.label"), t("fields.kind"), t("fields.class"), t("fields.purposes"), t("fields.kept")],
      ...shown.map((one) => [
        one.place, labelOf(one), one.kind, word("classes", one.data_class),
        one.purposes.map((purpose) => word("purposes", purpose)).join(" · "), one.values_kept,
      ]),
    ]);
  };
  return (
    <Card styles={{ body: { padding: 0 } }}>
      <Flex wrap gap={8} className="toolbar">
        <Input.Search
          allowClear
          aria-label={t("fields.search")}
          placeholder={t("fields.search")}
          value={get("q") ?? ""}
          onChange={(event) => { set({ q: event.target.value }); }}
          style={{ width: 240 }}
        />
        <Select
          allowClear
          aria-label={t("fields.class")}
          placeholder={t("fields.anyClass")}
          value={dataClass ?? null}
          options={CLASSES.map((one) => ({ value: one as string, label: word("classes", one) }))}
          onChange={(chosen: string | null) => { set({ class: chosen ?? undefined }); }}
          style={{ width: 144 }}
        />
        <span style={{ flex: 1 }} />
        <Button icon={<DownloadOutlined />} disabled={shown.length === 0} onClick={save}>
          {t("action.exportCsv")}
        </Button>
        {mayManage && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => { setAdding(true); }}>
            {t("fields.add")}
          </Button>
        )}
      </Flex>
      <SweepLine />
      {fields.isError && <Failure error={fields.error} onRetry={() => void fields.refetch()} />}
      {fields.isPending && <Waiting />}
      {fields.data && shown.length === 0 && <Nothing title={t("fields.noMatch")} />}
      {shown.length > 0 && <FieldTable fields={shown} labelOf={labelOf} />}
      {isAdding && <FieldDialog onClose={() => { setAdding(false); }} />}
    </Card>
  );
}

/** Purposes, broken into lines between them only. */
function Purposes({ of: field }: { of: Field }) {
  const word = useVaultWord();
  return field.purposes.map((purpose, index) => (
    <span key={purpose} className="num">
      {word("purposes", purpose)}
      {index < field.purposes.length - 1 && " · "}
      <wbr />
    </span>
  ));
}

function FieldTable({ fields, labelOf }: { fields: Field[]; labelOf: (field: Field) => string }) {
  const { t } = useTranslation("privacy");
  const word = useVaultWord();
  const format = useFormat();
  const mayManage = useMay("privacy:manage");
  const { remove } = useFieldWork();
  return (
    <ListTable<Field>
      rows={fields}
      rowKey={(one) => one.id}
      columns={[
        {
          title: t("fields.label"),
          isName: true,
          render: (one) => (
            <>
              {labelOf(one)} {!one.is_built_in && <Tag color="blue">{t("fields.own")}</Tag>}
              <div className="soft">
                {one.is_built_in ? t("fields.everywhere") : <span className="mono">{one.place}</span>} · {word("kinds", one.kind)}
              </div>
            </>
          ),
        },
        {
          title: t("fields.class"),
          render: (one) => (
            <Tooltip title={t(`classHints.${one.data_class}`, { ns: "vault" })}>
              <Tag color={COLOURS[one.data_class] ?? "default"}>{word("classes", one.data_class)}</Tag>
            </Tooltip>
          ),
        },
        { title: t("fields.mask"), render: (one) => <span className="mono">{one.data_class === "general" ? "–" : maskSample(one.kind)}</span> },
        { title: t("fields.purposes"), className: "cell-narrow", isWide: true, render: (one) => <Purposes of={one} /> },
        { title: t("fields.retention"), className: "num", render: (one) => (one.retention_days == null ? t("fields.untilForgotten") : t("days", { count: one.retention_days, shown: format.count(one.retention_days) })) },
        {
          title: t("fields.kept"),
          className: "num",
          render: (one) => (
            <>
              {format.count(one.values_kept)}
              {one.last_seen && <div className="soft">{t("fields.seenLast", { day: one.last_seen })}</div>}
              {one.older_in_other_classes > 0 && (
                <div className="soft">{t("fields.older", { shown: format.count(one.older_in_other_classes) })}</div>
              )}
            </>
          ),
        },
        {
          title: "",
          render: (one) =>
            mayManage && !one.is_built_in && (
              <Popconfirm
                title={t("fields.removeConfirm", { name: labelOf(one) })}
                description={<div className="confirm-words">{t("fields.removeHint", { shown: format.count(one.values_kept) })}</div>}
                onConfirm={() => { remove.mutate(one.id); }}
              >
                <Button type="link" danger size="small">{t("action.remove")}</Button>
              </Popconfirm>
            ),
        },
      ]}
    />
  );
}
