/** What a person did or did not: an event, its conditions, how often, how much, when. */
import { Flex, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { FieldsProps } from "@/features/people/audiences/builder/fields-props";
import { TimeFields } from "@/features/people/audiences/builder/time-fields";
import { BOUNDS, TOTALS, type Bound, type Did, type DidNot, type Happening, type Total } from "@/features/people/audiences/rules/tree";
import { useFields } from "@/lib/use-fields";
import { EventSelect } from "@/ui/event-select";
import { FilterEditor } from "@/ui/filter-editor";

interface HappeningFieldsProps {
  happening: Happening;
  label?: string;
  onChange: (happening: Happening) => void;
}

/** An event and the conditions on it. */
export function HappeningFields({ happening, label, onChange }: HappeningFieldsProps) {
  return (
    <>
      <EventSelect
        width={240}
        value={happening.event}
        {...(label ? { label } : {})}
        onChange={(event) => {
          onChange({ ...happening, event });
        }}
      />
      {happening.event && (
        <div className="rule-filters">
          <FilterEditor
            event={happening.event}
            filters={happening.where}
            onChange={(where) => {
              onChange({ ...happening, where });
            }}
          />
        </div>
      )}
    </>
  );
}

/** Columns of amounts that are not among the properties. */
const AMOUNT = "amount_minor";

export function DidFields({ fact, onChange }: FieldsProps<Did>) {
  const { t } = useTranslation("audiences");
  const fields = useFields(fact.event || undefined);
  return (
    <Flex vertical gap={8}>
      <HappeningFields
        happening={fact}
        onChange={({ event, where }) => {
          onChange({ ...fact, event, where });
        }}
      />
      <Flex gap={8} wrap align="center">
        <Select<Total>
          aria-label={t("field.total")}
          value={fact.total}
          options={TOTALS.map((one) => ({ value: one, label: t(`total.${one}`) }))}
          onChange={(total) => {
            onChange({ ...fact, total, field: total === "count" ? "" : fact.field });
          }}
          className="rule-total"
        />
        {fact.total !== "count" && (
          <Select
            showSearch={{ optionFilterProp: "label" }}
            aria-label={t("field.of")}
            placeholder={t("field.of")}
            value={fact.field || null}
            options={[{ value: AMOUNT, label: AMOUNT }, ...fields]}
            onChange={(field: string) => {
              onChange({ ...fact, field });
            }}
            className="filter-field"
          />
        )}
        <BoundFields fact={fact} onChange={onChange} />
        {fact.total === "count" && <span>{t("field.times")}</span>}
      </Flex>
      <TimeFields
        time={fact.time}
        onChange={(time) => {
          onChange({ ...fact, time });
        }}
      />
    </Flex>
  );
}

function BoundFields({ fact, onChange }: FieldsProps<Did>) {
  const { t } = useTranslation("audiences");
  const { bound, low, high } = fact;
  const number = (label: string, value: number | null, key: "low" | "high") => (
    <InputNumber
      aria-label={label}
      value={value}
      onChange={(next) => {
        onChange({ ...fact, [key]: next });
      }}
      className="rule-number"
    />
  );
  return (
    <>
      <Select<Bound>
        aria-label={t("field.bound")}
        value={bound}
        options={BOUNDS.map((one) => ({ value: one, label: t(`bound.${one}`) }))}
        onChange={(next) => {
          onChange({ ...fact, bound: next, low: low ?? (next === "at_most" ? null : 1), high: high ?? (next === "at_most" || next === "between" ? low : null) });
        }}
        className="rule-bound"
      />
      {bound !== "at_most" && number(bound === "between" ? t("field.low") : t("field.number"), low, "low")}
      {bound === "between" && <span className="soft">–</span>}
      {(bound === "at_most" || bound === "between") && number(t("field.high"), high, "high")}
    </>
  );
}

export function DidNotFields({ fact, onChange }: FieldsProps<DidNot>) {
  return (
    <Flex vertical gap={8}>
      <HappeningFields
        happening={fact}
        onChange={({ event, where }) => {
          onChange({ ...fact, event, where });
        }}
      />
      <TimeFields
        time={fact.time}
        onChange={(time) => {
          onChange({ ...fact, time });
        }}
      />
    </Flex>
  );
}
