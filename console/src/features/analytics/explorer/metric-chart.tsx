/** The explorer's chart: lines over time, bars for a whole period split, one figure otherwise. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Grain } from "@/features/analytics/explorer/use-metric";
import type { MetricTableShape } from "@/features/analytics/explorer/metric-rows";
import type { PartKey } from "@/lib/use-fields";
import { isShare, useFormat } from "@/lib/use-format";
import { Chart } from "@/ui/chart";
import { useMetricTitle, type PassportShape } from "@/ui/passport";

export interface MetricViewProps {
  table: MetricTableShape;
  passport: PassportShape;
  currency: string | null;
  grain: Grain;
  nameOf: (part: PartKey) => string;
  isSplit: boolean;
}

const PARTS_MAX = 8;

export function MetricChart({ table, passport, currency, grain, nameOf, isSplit, until }: MetricViewProps & { until: string }) {
  const { t } = useTranslation("metrics");
  const format = useFormat();
  const title = useMetricTitle()(passport);
  const shown = table.parts.slice(0, PARTS_MAX);
  const value = (one: number | null) => format.value(one, passport.unit, currency);
  const axis = (one: number) => format.valueShort(one, passport.unit, currency);
  const isWhole = !isShare(passport.unit);
  const rest = table.parts.length - shown.length;
  const [asOf] = useState(() => new Date().toISOString());

  if (grain === "none" && !isSplit) {
    return (
      <div>
        <div className="soft">{title}</div>
        <div className="big-number num">{value(table.parts[0]?.whole ?? null)}</div>
      </div>
    );
  }
  if (grain === "none") {
    return (
      <Chart
        kind="bar"
        isWhole={isWhole}
        summary={t("explorer.summary", { title })}
        labels={shown.map((part) => nameOf(part))}
        series={[{ name: title, values: shown.map((part) => part.whole) }]}
        format={value}
        formatAxis={axis}
      />
    );
  }
  return (
    <>
      <Chart
        kind="line"
        isWhole={isWhole}
        summary={t("explorer.summary", { title })}
        // The period at hand goes on: its number is not yet to be compared with whole ones.
        isLastOpen={Date.parse(until) > Date.parse(asOf)}
        labels={table.periods.map((period) => format.time(period, grain === "hour" ? "hour" : "day"))}
        series={shown.map((part) => ({ name: isSplit ? nameOf(part) : title, values: part.values }))}
        format={value}
        formatAxis={axis}
      />
      {rest > 0 && <div className="soft">{t("explorer.rest", { shown: PARTS_MAX, rest })}</div>}
    </>
  );
}
