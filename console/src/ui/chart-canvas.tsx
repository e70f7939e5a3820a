/** Lines and bars in the house's colours, labelled where they end rather than in a legend. */
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { FONT, INK_SOFT, LINE, MUTED, SERIES } from "@/ui/theme";

echarts.use([BarChart, LineChart, GridComponent, TooltipComponent, SVGRenderer]);

export interface ChartSeries {
  name: string;
  values: readonly (number | null)[];
  /** Drawn behind and broken: what is compared with. */
  isBackground?: boolean;
}

export interface ChartProps {
  kind: "line" | "bar";
  /** One label per place on the axis. */
  labels: readonly string[];
  series: readonly ChartSeries[];
  /** What a screen reader says instead. */
  summary: string;
  format: (value: number | null) => string;
  formatAxis?: (value: number) => string;
  height?: number;
}

const LABELLED_MAX = 6;
const NAME_LENGTH = 18;

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${String(sign.charCodeAt(0))};`);
}

interface TooltipPoint {
  seriesName?: string;
  marker?: unknown;
  value?: unknown;
  axisValueLabel?: string;
}

function tooltipOf(points: TooltipPoint[], format: ChartProps["format"]): string {
  const rows = points.map((point) => {
    const value = typeof point.value === "number" ? point.value : null;
    const mark = typeof point.marker === "string" ? point.marker : "";
    return `<div style="display:flex;gap:16px;justify-content:space-between"><span>${mark}${escaped(point.seriesName ?? "")}</span><b>${escaped(format(value))}</b></div>`;
  });
  return `<div>${escaped(points[0]?.axisValueLabel ?? "")}</div>${rows.join("")}`;
}

function seriesOf({ kind, series }: ChartProps) {
  const isNamed = series.length > 1 && series.length <= LABELLED_MAX;
  return series.map((one, index) => {
    const colour = one.isBackground ? MUTED : (SERIES[index % SERIES.length] ?? SERIES[0]);
    if (kind === "bar") {
      return {
        type: "bar" as const, name: one.name, data: [...one.values], color: colour,
        barMaxWidth: 40, animationDuration: 300,
      };
    }
    return {
      type: "line" as const,
      name: one.name,
      data: [...one.values],
      color: colour,
      z: one.isBackground ? 1 : 3,
      showSymbol: one.values.filter((value) => value !== null).length === 1,
      symbolSize: 6,
      animationDuration: 300,
      lineStyle: { width: one.isBackground ? 1.5 : 2, type: one.isBackground ? ("dashed" as const) : ("solid" as const) },
      emphasis: { disabled: true },
      endLabel: {
        show: isNamed,
        color: colour,
        fontFamily: FONT,
        formatter: one.name.length > NAME_LENGTH ? `${one.name.slice(0, NAME_LENGTH)}…` : one.name,
      },
      labelLayout: { moveOverlap: "shiftY" as const },
    };
  });
}

function labelRoom({ kind, series }: ChartProps): number {
  if (kind === "bar" || series.length < 2 || series.length > LABELLED_MAX) return 16;
  // Chinese characters are about twice as wide as Latin letters.
  const widths = series.map((one) =>
    [...one.name.slice(0, NAME_LENGTH)].reduce((sum, sign) => sum + (sign.charCodeAt(0) > 255 ? 13 : 7), 0),
  );
  return Math.max(...widths) + 24;
}

function optionOf(props: ChartProps): echarts.EChartsCoreOption {
  const { labels, format, formatAxis, kind } = props;
  const textStyle = { fontFamily: FONT, color: INK_SOFT };
  return {
    textStyle: { fontFamily: FONT },
    grid: { left: 8, right: labelRoom(props), top: 16, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: {
      trigger: "axis",
      confine: true,
      axisPointer: { type: kind === "bar" ? "shadow" : "line" },
      formatter: (points: TooltipPoint | TooltipPoint[]) =>
        tooltipOf(Array.isArray(points) ? points : [points], format),
    },
    xAxis: {
      type: "category",
      data: [...labels],
      boundaryGap: kind === "bar",
      axisLine: { lineStyle: { color: LINE } },
      axisTick: { show: false },
      axisLabel: { ...textStyle, hideOverlap: true },
    },
    yAxis: {
      type: "value",
      min: 0,
      splitNumber: 4,
      splitLine: { lineStyle: { color: LINE } },
      axisLabel: { ...textStyle, formatter: (value: number) => (formatAxis ?? format)(value) },
    },
    series: seriesOf(props),
  };
}

export default function ChartCanvas(props: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts>(undefined);

  useEffect(() => {
    if (!place.current) return undefined;
    const made = echarts.init(place.current, undefined, { renderer: "svg" });
    chart.current = made;
    const watch = new ResizeObserver(() => {
      made.resize();
    });
    watch.observe(place.current);
    return () => {
      watch.disconnect();
      made.dispose();
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption(optionOf(props), { notMerge: true });
  });

  return <div ref={place} role="img" aria-label={props.summary} style={{ width: "100%", height: props.height }} />;
}
