/** Conditions, one line each: field, comparison, value. */
import { CloseOutlined, FilterOutlined } from "@ant-design/icons";
import { AutoComplete, Button, Flex, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useFields, type FieldOption } from "@/lib/use-fields";
import {
  isWhole, needsValue, OPERATORS, takesList, takesNumber, type Filter, type Operator,
} from "@/lib/filters";

interface FilterEditorProps {
  event?: string | undefined;
  filters: readonly Filter[];
  onChange: (filters: Filter[]) => void;
}

export function FilterEditor({ event, filters, onChange }: FilterEditorProps) {
  const { t } = useTranslation();
  const fields = useFields(event);
  return (
    <Flex vertical gap={8}>
      {filters.map((filter, index) => (
        <FilterLine
          // Filters have no name of their own; their place is it.
          key={index}
          filter={filter}
          fields={fields}
          onChange={(next) => {
            onChange(filters.map((one, at) => (at === index ? next : one)));
          }}
          onRemove={() => {
            onChange(filters.filter((_, at) => at !== index));
          }}
        />
      ))}
      <div>
        <Button
          type="text"
          size="small"
          icon={<FilterOutlined />}
          onClick={() => {
            onChange([...filters, { field: "", operator: "equals", value: "" }]);
          }}
        >
          {t("filter.add")}
        </Button>
      </div>
    </Flex>
  );
}

interface FilterLineProps {
  filter: Filter;
  fields: FieldOption[];
  onChange: (filter: Filter) => void;
  onRemove: () => void;
}

function FilterLine({ filter, fields, onChange, onRemove }: FilterLineProps) {
  const { t } = useTranslation();
  const examples = fields.find((field) => field.value === filter.field)?.examples ?? [];
  const placeholder = takesList(filter.operator) ? t("filter.list") : t("filter.value");
  return (
    <Flex gap={8} wrap align="center" className="filter-line">
      <Select
        showSearch={{ optionFilterProp: "label" }}
        aria-label={t("filter.field")}
        placeholder={t("filter.field")}
        value={filter.field || null}
        options={fields}
        onChange={(field: string) => {
          onChange({ ...filter, field });
        }}
        className="filter-field"
      />
      <Select<Operator>
        aria-label={t("filter.operator")}
        value={filter.operator}
        options={OPERATORS.map((operator) => ({ value: operator, label: t(`operator.${operator}`) }))}
        onChange={(operator) => {
          onChange({ ...filter, operator });
        }}
        className="filter-operator"
      />
      {needsValue(filter.operator) && (
        <AutoComplete
          aria-label={t("filter.value")}
          placeholder={placeholder}
          value={filter.value}
          status={filter.value !== "" && takesNumber(filter.operator) && !isWhole(filter) ? "error" : ""}
          options={examples.map((example) => ({ value: example }))}
          onChange={(value: string) => {
            onChange({ ...filter, value });
          }}
          className="filter-value"
        />
      )}
      <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t("filter.remove")} onClick={onRemove} />
    </Flex>
  );
}
