/** A trait compared with a value, by the trait's own type. */
import { AutoComplete, Flex, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { FieldsProps } from "@/features/people/audiences/builder/fields-props";
import type { TraitIs, TraitType } from "@/features/people/audiences/rules/tree";
import { useTraitChoices } from "@/features/people/shared/traits";
import { needsValue, OPERATORS, takesList, type Operator } from "@/lib/filters";
import { useLanguage } from "@/lib/use-format";

const BY_TYPE: Record<TraitType, readonly Operator[]> = {
  text: OPERATORS,
  number: ["equals", "not_equals", "gt", "gte", "lt", "lte", "in", "is_set", "is_not_set"],
  boolean: ["equals", "is_set", "is_not_set"],
};

/** The server's types, as far as comparing goes. */
function comparedAs(type: string | undefined): TraitType {
  if (type === "number" || type === "money") return "number";
  return type === "flag" ? "boolean" : "text";
}

export function TraitFields({ fact, onChange }: FieldsProps<TraitIs>) {
  const { t } = useTranslation("audiences");
  const language = useLanguage();
  const traits = useTraitChoices();
  const { test } = fact;
  const setTest = (change: Partial<TraitIs["test"]>) => {
    onChange({ ...fact, test: { ...test, ...change } });
  };
  const options = (traits.data?.items ?? []).map((one) => ({
    value: one.name,
    label: `${(language === "zh" ? one.label_zh : one.label_en) || one.name}`,
  }));
  return (
    <Flex gap={8} wrap align="center">
      <AutoComplete
        showSearch={{
          filterOption: (sought, option) =>
            `${option?.value ?? ""} ${option?.label ?? ""}`.toLowerCase().includes(sought.toLowerCase()),
        }}
        aria-label={t("field.trait")}
        placeholder={t("field.chooseTrait")}
        value={fact.name}
        options={options}
        popupMatchSelectWidth={260}
        onChange={(name: string | undefined) => {
          const known = traits.data?.items.find((one) => one.name === name);
          onChange({
            ...fact, name: name ?? "", type: known ? comparedAs(known.type) : fact.type,
            ...(known && comparedAs(known.type) !== fact.type ? { test: { field: "value", operator: "equals", value: "" } } : {}),
          });
        }}
        className="filter-field"
      />
      <Select<Operator>
        aria-label={t("filter.operator")}
        value={test.operator}
        options={BY_TYPE[fact.type].map((one) => ({ value: one, label: t(`operator.${one}`) }))}
        onChange={(operator) => {
          setTest({ operator });
        }}
        className="filter-operator"
      />
      {needsValue(test.operator) && <ValueField fact={fact} onChange={(value) => { setTest({ value }); }} />}
    </Flex>
  );
}

function ValueField({ fact, onChange }: { fact: TraitIs; onChange: (value: string) => void }) {
  const { t } = useTranslation("audiences");
  const { type, test } = fact;
  if (type === "boolean") {
    return (
      <Select
        aria-label={t("filter.value")}
        value={test.value || null}
        placeholder={t("filter.value")}
        options={[
          { value: "true", label: t("field.yes") },
          { value: "false", label: t("field.no") },
        ]}
        onChange={onChange}
        className="filter-operator"
      />
    );
  }
  if (type === "number" && !takesList(test.operator)) {
    return (
      <InputNumber
        aria-label={t("filter.value")}
        value={test.value === "" ? null : Number(test.value)}
        onChange={(value) => {
          onChange(value === null ? "" : String(value));
        }}
        className="rule-number"
      />
    );
  }
  return (
    <AutoComplete
      aria-label={t("filter.value")}
      placeholder={takesList(test.operator) ? t("filter.list") : t("filter.value")}
      value={test.value}
      onChange={onChange}
      className="filter-value"
    />
  );
}
