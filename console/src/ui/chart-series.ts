/** What a chart is given, and how it becomes lines and bars in the house's colours. */
import { FONT, MUTED, SERIES } from "@/ui/theme";

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
  /** The last value is still growing: the line to it is broken. */
  isLastOpen?: boolean;
  formatAxis?: (value: number) => string;
  /** Counts, and money in minor units: no ticks between whole numbers. */
  isWhole?: boolean;
  /** The greatest value there can be, as 1 of shares. */
  max?: number;
  height?: number;
}

const LABELLED_MAX = 6;
const NAME_LENGTH = 18;

type Values = readonly (number | null)[];

/** A line cut in two before its last value: what is finished, and the step to what is not. */
function cut(values: Values): [Values, Values] {
  const last = values.findLastIndex((value) => value !== null);
  return [
    values.map((value, index) => (index >= last ? null : value)),
    values.map((value, index) => (index >= last - 1 ? value : null)),
  ];
}

/** Values with the line's name standing at the last one. */
function named(values: Values, name: string): object[] {
  const last = values.findLastIndex((value) => value !== null);
  const short = name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH)}…` : name;
  return values.map((value, index) =>
    index === last
      ? { value, symbol: "circle", symbolSize: 6, label: { show: true, formatter: short } }
      : { value },
  );
}

function lineOf(one: ChartSeries, colour: string, isNamed: boolean, isOpen: boolean): object[] {
  const width = one.isBackground ? 1.5 : 2;
  const line = {
    type: "line",
    name: one.name,
    color: colour,
    z: one.isBackground ? 1 : 3,
    // Only the point that bears the name has a dot, and a value that stands alone.
    symbol: one.values.filter((value) => value !== null).length === 1 ? "circle" : "none",
    // Else a narrow chart leaves out the dot, and the name with it, wherever the axis leaves out a label.
    showAllSymbol: true,
    symbolSize: 6,
    lineStyle: { width, type: one.isBackground ? "dashed" : "solid" },
    emphasis: { disabled: true },
    label: { show: false, position: "right", color: colour, fontFamily: FONT, fontSize: 12 },
    labelLayout: { moveOverlap: "shiftY" },
  };
  const asData = (values: Values) => (isNamed ? named(values, one.name) : [...values]);
  if (!isOpen || one.isBackground || one.values.length < 2) return [{ ...line, data: asData(one.values) }];
  const [finished, open] = cut(one.values);
  return [
    { ...line, data: [...finished] },
    { ...line, data: asData(open), lineStyle: { width, type: "dotted" } },
  ];
}

/** The chart library's own series for ours. */
export function seriesOf({ kind, series, isLastOpen }: ChartProps): object[] {
  const isNamed = series.length > 1 && series.length <= LABELLED_MAX;
  return series.flatMap((one, index): object[] => {
    const colour = one.isBackground ? MUTED : (SERIES[index % SERIES.length] ?? SERIES[0]);
    if (kind === "line") return lineOf(one, colour, isNamed, isLastOpen ?? false);
    return [
      {
        type: "bar", name: one.name, data: [...one.values], color: colour,
        barMaxWidth: 40,
      },
    ];
  });
}

interface ValueAxis {
  min: number;
  max?: number;
  interval?: number;
  splitNumber?: number;
  minInterval?: number;
  axisLabel?: { showMaxLabel: boolean };
}

/** The values' axis: none of its labels twice, and a lone 0 where nothing is above it. */
export function valueAxisOf({ series, isWhole, max }: Pick<ChartProps, "series" | "isWhole" | "max">): ValueAxis {
  const isFlat = series.every((one) => one.values.every((value) => !value));
  // Nothing to measure out: steps of a made-up height would round to the same label.
  if (isFlat) return { min: 0, max: 1, interval: 1, axisLabel: { showMaxLabel: false } };
  return { min: 0, splitNumber: 4, minInterval: isWhole ? 1 : 0, ...(max === undefined ? {} : { max }) };
}

/** How much room the names at the lines' ends need. */
export function labelRoom({ kind, series }: ChartProps): number {
  if (kind === "bar" || series.length < 2 || series.length > LABELLED_MAX) return 16;
  // Chinese characters are about twice as wide as Latin letters.
  const widths = series.map((one) =>
    [...one.name.slice(0, NAME_LENGTH)].reduce((sum, sign) => sum + (sign.charCodeAt(0) > 255 ? 13 : 7), 0),
  );
  return Math.max(...widths) + 24;
}
