/** Today by the hour over the same day last week. */
import { Card, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { isShare, useFormat } from "@/lib/use-format";
import { Chart } from "@/ui/chart";
import { useMetricTitle } from "@/ui/passport";

type Overview = Schema["OverviewAnswer"];

const HEIGHT = 280;

export function HourlyCard({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const titleOf = useMetricTitle();
  const [chosen, setChosen] = useState<string>();
  const series = overview.series.find((one) => one.metric === chosen) ?? overview.series[0];
  const nameOf = (metric: string) => {
    const tile = overview.tiles.find((one) => one.metric === metric);
    return tile ? titleOf(tile.passport) : metric;
  };
  if (!series) return null;
  const name = nameOf(series.metric);
  // The coming hours of today are not zero, they have not been.
  const now = Date.parse(overview.as_of);
  const today = series.points.map((point) => (Date.parse(point.period) > now ? null : point.value));
  return (
    <Card
      title={t("overview.hourly", { name })}
      extra={
        overview.series.length > 1 && (
          <Segmented
            size="small"
            aria-label={t("overview.metric")}
            value={series.metric}
            onChange={setChosen}
            options={overview.series.map((one) => ({ value: one.metric, label: nameOf(one.metric) }))}
          />
        )
      }
    >
      <Chart
        kind="line"
        isLastOpen
        isWhole={!isShare(series.unit)}
        height={HEIGHT}
        summary={t("overview.hourlySummary", { name, day: overview.day, compare: overview.compare_day })}
        labels={series.points.map((point) => format.time(point.period, "clock"))}
        series={[
          { name: t("overview.today"), values: today },
          { name: t("overview.lastWeek"), values: series.points.map((point) => point.compare), isBackground: true },
        ]}
        format={(value) => format.value(value, series.unit, series.currency)}
        formatAxis={(value) => format.valueShort(value, series.unit, series.currency)}
      />
    </Card>
  );
}
