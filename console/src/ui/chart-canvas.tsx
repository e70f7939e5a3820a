/** Lines and bars in the house's colours, labelled where they end rather than in a legend. */
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { labelRoom, seriesOf, valueAxisOf, type ChartProps } from "@/ui/chart-series";
import { FONT, INK_SOFT, LINE } from "@/ui/theme";

echarts.use([BarChart, LineChart, GridComponent, TooltipComponent, SVGRenderer]);

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
  const seen = new Set<string>();
  // The broken end of a line stands over the line's own last point: told once.
  const told = points.filter((point) => {
    const name = point.seriesName ?? "";
    if (seen.has(name) || typeof point.value !== "number") return false;
    seen.add(name);
    return true;
  });
  const rows = told.map((point) => {
    const value = typeof point.value === "number" ? point.value : null;
    const mark = typeof point.marker === "string" ? point.marker : "";
    return `<div style="display:flex;gap:16px;justify-content:space-between"><span>${mark}${escaped(point.seriesName ?? "")}</span><b>${escaped(format(value))}</b></div>`;
  });
  return `<div>${escaped(points[0]?.axisValueLabel ?? "")}</div>${rows.join("")}`;
}

function optionOf(props: ChartProps): echarts.EChartsCoreOption {
  const { labels, format, formatAxis, kind } = props;
  const textStyle = { fontFamily: FONT, color: INK_SOFT };
  const { axisLabel, ...axis } = valueAxisOf(props);
  return {
    textStyle: { fontFamily: FONT },
    // Numbers that come anew every few seconds must not dance.
    animation: false,
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
      ...axis,
      type: "value",
      splitLine: { lineStyle: { color: LINE } },
      axisLabel: { ...textStyle, ...axisLabel, formatter: (value: number) => (formatAxis ?? format)(value) },
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
