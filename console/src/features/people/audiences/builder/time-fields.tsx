/** When it must have happened: ever, in the last so long, or between two dates. */
import { DatePicker, Flex, InputNumber, Select } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { SPAN_USUAL, type Time } from "@/features/people/audiences/rules/tree";
import { dayIn, startOfDay } from "@/lib/format-time";
import { useWorkspace } from "@/lib/workspace";

const SPAN = /^(\d+)([smhdw])$/;
const UNITS = ["m", "h", "d", "w"] as const;
type UnitName = (typeof UNITS)[number] | "s";
const MANY_MAX = 3_650;

interface SpanFieldsProps {
  span: string;
  onChange: (span: string) => void;
}

/** A length of time: a number and its unit. */
export function SpanFields({ span, onChange }: SpanFieldsProps) {
  const { t } = useTranslation("audiences");
  const [, many = "30", unit = "d"] = SPAN.exec(span) ?? [];
  const units: readonly UnitName[] = unit === "s" ? ["s", ...UNITS] : UNITS;
  return (
    <Flex gap={4}>
      <InputNumber
        min={1}
        max={MANY_MAX}
        precision={0}
        aria-label={t("field.many")}
        value={Number(many)}
        onChange={(next) => {
          if (next) onChange(`${String(next)}${unit}`);
        }}
        className="rule-number"
      />
      <Select<UnitName>
        aria-label={t("field.unit")}
        value={unit as UnitName}
        options={units.map((one) => ({ value: one, label: t(`spanUnit.${one}`) }))}
        onChange={(next) => {
          onChange(`${many}${next}`);
        }}
        className="rule-unit"
      />
    </Flex>
  );
}

interface TimeFieldsProps {
  time: Time;
  onChange: (time: Time) => void;
}

export function TimeFields({ time, onChange }: TimeFieldsProps) {
  const { t } = useTranslation("audiences");
  const { time_zone: zone } = useWorkspace();
  const day = (instant: string) => (instant ? dayjs(dayIn(new Date(instant), zone)) : null);
  const instant = (written: string | undefined) => (written ? startOfDay(written, zone).toISOString() : "");
  return (
    <Flex gap={8} wrap align="center">
      <Select<Time["kind"]>
        aria-label={t("time.kind")}
        value={time.kind}
        options={(["within", "ever", "between"] as const).map((one) => ({ value: one, label: t(`time.${one}`) }))}
        onChange={(kind) => {
          if (kind === "within") onChange({ kind, span: SPAN_USUAL });
          else if (kind === "between") onChange({ kind, since: "", until: "" });
          else onChange({ kind });
        }}
        className="rule-time"
      />
      {time.kind === "within" && (
        <SpanFields
          span={time.span}
          onChange={(span) => {
            onChange({ kind: "within", span });
          }}
        />
      )}
      {time.kind === "between" && (
        <DatePicker.RangePicker
          allowEmpty={[true, true]}
          aria-label={t("time.between")}
          placeholder={[t("time.from"), t("time.to")]}
          value={[day(time.since), day(time.until)]}
          onChange={(days) => {
            const [first, last] = days ?? [];
            onChange({
              kind: "between",
              since: instant(first?.format("YYYY-MM-DD")),
              until: instant(last?.format("YYYY-MM-DD")),
            });
          }}
        />
      )}
    </Flex>
  );
}
