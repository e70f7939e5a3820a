/** Choosing the field that a number is split by. */
import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { useFields } from "@/lib/use-fields";

interface BreakdownSelectProps {
  event?: string | undefined;
  value: string | undefined;
  onChange: (field: string | undefined) => void;
}

const WIDTH = 160;

export function BreakdownSelect({ event, value, onChange }: BreakdownSelectProps) {
  const { t } = useTranslation();
  const fields = useFields(event);
  return (
    <Select
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      aria-label={t("breakdown.label")}
      placeholder={t("breakdown.none")}
      value={value ?? null}
      options={fields}
      onChange={(field: string | null) => {
        onChange(field ?? undefined);
      }}
      style={{ width: WIDTH }}
    />
  );
}
