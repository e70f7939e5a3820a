/** Orders a file of events: all of them or one name, of all time or a period, in one of two formats. */
import { Form, Radio } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useOrderExport, type ExportAsk } from "@/features/collect/exports/use-exports";
import { readPeriod, spanOf, type Period } from "@/lib/period";
import { useFormat } from "@/lib/use-format";
import { EventSelect } from "@/ui/event-select";
import { FormDialog } from "@/ui/form-dialog";
import { PeriodPicker } from "@/ui/period-picker";

interface Draft {
  event: string;
  time: "all" | "period";
  period: Period;
  format: "ndjson" | "parquet";
}

const USUAL = "30d";

/** What is asked for: a name left empty means every event, and all time means no bounds. */
export function exportAsk(draft: Draft, zone: string, now: Date): ExportAsk {
  const span = draft.time === "period" ? spanOf(draft.period, zone, now) : null;
  return {
    format: draft.format,
    event: draft.event.trim() || null,
    since: span?.since ?? null,
    until: span?.until ?? null,
  };
}

export function ExportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("exports");
  const { zone } = useFormat();
  const [form] = Form.useForm<Draft>();
  const time = Form.useWatch("time", form);
  const order = useOrderExport(onClose);
  return (
    <FormDialog<Draft>
      title={t("exports.new")}
      okText={t("exports.start")}
      work={order}
      form={form}
      initialValues={{ event: "", time: "all", period: USUAL, format: "ndjson" }}
      onSend={(draft) => { order.mutate(exportAsk({ ...draft, period: draft.period ?? USUAL }, zone, new Date())); }}
      onClose={onClose}
      before={<p className="soft">{t("exports.maskedHint")}</p>}
    >
      <Form.Item name="event" label={t("exports.event")}>
        <EventField />
      </Form.Item>
      <Form.Item name="time" label={t("exports.time")}>
        <Radio.Group
          options={(["all", "period"] as const).map((one) => ({ value: one, label: t(one === "all" ? "exports.allTime" : "exports.onePeriod") }))}
        />
      </Form.Item>
      {time === "period" && (
        <Form.Item name="period" label={t("exports.period")}>
          <PeriodField />
        </Form.Item>
      )}
      <Form.Item name="format" label={t("exports.format")}>
        <Radio.Group
          options={(["ndjson", "parquet"] as const).map((one) => ({
            value: one,
            label: <>{t(`exportFormat.${one}`)} <span className="soft">{t(`exportFormatHint.${one}`)}</span></>,
          }))}
          style={{ display: "grid", gap: 8 }}
        />
      </Form.Item>
    </FormDialog>
  );
}

/** A field of the form's: it hands in what is chosen and hears of a change. */
interface FieldProps<Value> {
  value?: Value;
  onChange?: (value: Value) => void;
}

function EventField({ value = "", onChange }: FieldProps<string>) {
  const { t } = useTranslation("exports");
  return (
    <EventSelect
      value={value}
      onChange={(name) => onChange?.(name)}
      label={t("exports.event")}
      placeholder={t("exports.everyEvent")}
      width="100%"
    />
  );
}

function PeriodField({ value, onChange }: FieldProps<Period>) {
  const { zone } = useFormat();
  const period = readPeriod(value, USUAL);
  const span = useMemo(() => spanOf(period, zone, new Date()), [period, zone]);
  return <PeriodPicker period={period} span={span} onChange={(chosen) => onChange?.(chosen)} />;
}
