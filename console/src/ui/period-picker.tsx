/** Choosing a period: a preset, or two days of the calendar. */
import { DatePicker, Flex, Select } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { PRESETS, type Period, type Span } from "@/lib/period";

interface PeriodPickerProps {
  period: Period;
  span: Span;
  onChange: (period: Period) => void;
}

const WIDTH = 144;
const DAYS_WIDTH = 248;

export function PeriodPicker({ period, span, onChange }: PeriodPickerProps) {
  const { t } = useTranslation();
  const isPreset = PRESETS.some((preset) => preset === period);
  return (
    <Flex gap={8} wrap>
      <Select
        aria-label={t("period.label")}
        value={isPreset ? period : "custom"}
        style={{ width: WIDTH }}
        options={[
          ...PRESETS.map((preset) => ({ value: preset as string, label: t(`period.${preset}`) })),
          { value: "custom", label: t("period.custom"), disabled: isPreset },
        ]}
        onChange={(chosen) => {
          if (chosen !== "custom") onChange(chosen as Period);
        }}
      />
      <DatePicker.RangePicker
        allowClear={false}
        style={{ width: DAYS_WIDTH }}
        aria-label={t("period.days")}
        value={[dayjs(span.firstDay), dayjs(span.lastDay)]}
        onChange={(days) => {
          const [first, last] = days ?? [];
          if (first && last) onChange(`${first.format("YYYY-MM-DD")}..${last.format("YYYY-MM-DD")}`);
        }}
      />
    </Flex>
  );
}
