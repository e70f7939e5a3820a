/** One line per field of an event: the column it comes from, and what that column holds. */
import { Flex, Input, Segmented, Select, Table } from "antd";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { CONSTANT_FIELDS, FIELDS, type Draft, type Field, type Pick } from "@/features/collect/imports/mapping";

type FileColumn = Schema["FileColumn"];

const SELECT_WIDTH = 220;
const TIME_FORMATS = ["auto", "epoch_s", "epoch_ms", "epoch_us"] as const;

interface MappingFieldsProps {
  columns: FileColumn[];
  draft: Draft;
  onChange: (draft: Draft) => void;
}

export function MappingFields({ columns, draft, onChange }: MappingFieldsProps) {
  const { t } = useTranslation("imports");
  const set = (field: Field, pick: Pick | undefined) => {
    const picks = { ...draft.picks };
    if (pick) picks[field] = pick;
    else Reflect.deleteProperty(picks, field);
    onChange({ ...draft, picks });
  };
  const examplesOf = (field: Field) => {
    const name = draft.picks[field]?.column;
    return columns.find((column) => column.name === name)?.examples.slice(0, 3).join(" · ") ?? "";
  };
  return (
    <div>
      <div className="field-label">{t("imports.mapping")}</div>
      <Table<{ field: Field }>
        size="small"
        rowKey="field"
        pagination={false}
        scroll={{ x: "max-content" }}
        dataSource={FIELDS.map((field) => ({ field }))}
        columns={[
          {
            title: t("imports.field"),
            render: (_, { field }) => (
              <>
                {t(`importField.${field}`)}
                <div className="soft mono">{field}</div>
              </>
            ),
          },
          {
            title: t("imports.column"),
            render: (_, { field }) => (
              <PickInput
                field={field}
                pick={draft.picks[field]}
                columns={columns}
                onChange={(pick) => {
                  set(field, pick);
                }}
              />
            ),
          },
          {
            title: t("imports.examples"),
            render: (_, { field }) => (
              <Flex vertical gap={4} align="flex-start">
                <span className="mono soft">{examplesOf(field)}</span>
                {field === "time" && draft.picks.time?.column && (
                  <TimeFormat
                    value={draft.timeFormat}
                    onChange={(timeFormat) => {
                      onChange({ ...draft, timeFormat });
                    }}
                  />
                )}
                {field === "amount" && draft.picks.amount?.column && (
                  <Flex gap={8} align="center">
                    <span>{t("imports.times")}</span>
                    <ColumnSelect
                      label={t("imports.times")}
                      columns={columns}
                      value={draft.times}
                      onChange={(times) => {
                        onChange({ ...draft, times });
                      }}
                    />
                  </Flex>
                )}
              </Flex>
            ),
          },
        ]}
      />
      <div className="soft" style={{ marginTop: 8 }}>
        {t("imports.restHint")}
      </div>
    </div>
  );
}

interface PickInputProps {
  field: Field;
  pick: Pick | undefined;
  columns: FileColumn[];
  onChange: (pick: Pick | undefined) => void;
}

function PickInput({ field, pick, columns, onChange }: PickInputProps) {
  const { t } = useTranslation("imports");
  const label = t(`importField.${field}`);
  const isConstant = pick?.column === undefined && pick?.value !== undefined;
  const input = isConstant ? (
    <Input
      aria-label={label}
      value={pick.value}
      onChange={(event) => {
        onChange({ value: event.target.value });
      }}
      style={{ width: SELECT_WIDTH }}
    />
  ) : (
    <ColumnSelect
      label={label}
      columns={columns}
      value={pick?.column}
      onChange={(column) => {
        onChange(column ? { column } : undefined);
      }}
    />
  );
  if (!CONSTANT_FIELDS.includes(field)) return input;
  return (
    <>
      <Segmented
        size="small"
        aria-label={t("imports.how", { field: label })}
        value={isConstant ? "value" : "column"}
        options={[
          { value: "column", label: t("imports.fromColumn") },
          { value: "value", label: t("imports.constant") },
        ]}
        onChange={(how) => {
          onChange(how === "value" ? { value: "" } : undefined);
        }}
        style={{ marginInlineEnd: 8 }}
      />
      {input}
    </>
  );
}

interface ColumnSelectProps {
  label: string;
  columns: FileColumn[];
  value: string | undefined;
  onChange: (column: string | undefined) => void;
}

function ColumnSelect({ label, columns, value, onChange }: ColumnSelectProps) {
  return (
    <Select
      allowClear
      showSearch
      aria-label={label}
      placeholder={label}
      value={value ?? null}
      onChange={(column: string | null) => {
        onChange(column ?? undefined);
      }}
      options={columns.map((column) => ({ value: column.name, label: column.name }))}
      style={{ width: SELECT_WIDTH }}
    />
  );
}

function TimeFormat({ value, onChange }: { value: string; onChange: (format: string) => void }) {
  const { t } = useTranslation("imports");
  const known = TIME_FORMATS.some((one) => one === value);
  const options = TIME_FORMATS.map((one) => ({ value: one as string, label: t(`timeFormat.${one}`) }));
  return (
    <Select
      size="small"
      aria-label={t("imports.timeFormat")}
      value={value}
      onChange={onChange}
      options={known ? options : [...options, { value, label: value }]}
      style={{ minWidth: 140 }}
    />
  );
}
