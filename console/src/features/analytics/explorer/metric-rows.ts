/** From the server's long rows to a table: periods across, parts of the breakdown down. */
import type { Schema } from "@/api/client";

type Row = Schema["MetricRow"];

export interface Part {
  key: string;
  breakdown: string | null;
  is_other: boolean;
  values: (number | null)[];
  whole: number | null;
}

export interface MetricTableShape {
  periods: string[];
  parts: Part[];
}

/** No value and all the rest are parts too, and neither is a text. */
function keyOf(row: Row): string {
  if (row.is_other) return "other";
  return row.breakdown === null ? "unset" : `=${row.breakdown}`;
}

/** Whether there is nothing to see: no value anywhere but zero. */
export function isBlank(table: MetricTableShape): boolean {
  return table.parts.every((part) => !part.whole && part.values.every((value) => !value));
}

/**
 * Parts come in the order of their whole-period value, the largest first, the rest last.
 *
 * A period or part without a row has no value here: it is not made a zero.
 */
export function tableOf(rows: readonly Row[], whole: readonly Row[]): MetricTableShape {
  const periods = [...new Set(rows.flatMap((row) => (row.period === null ? [] : [row.period])))].sort();
  const place = new Map(periods.map((period, index) => [period, index]));
  const parts = new Map<string, Part>();
  for (const row of rows) {
    const key = keyOf(row);
    const part = parts.get(key) ?? {
      key, breakdown: row.breakdown, is_other: row.is_other, values: periods.map(() => null), whole: null,
    };
    parts.set(key, part);
    const index = row.period === null ? undefined : place.get(row.period);
    if (index === undefined) part.whole = row.value;
    else part.values[index] = row.value;
  }
  for (const row of whole) {
    const part = parts.get(keyOf(row));
    if (part) part.whole = row.value;
  }
  const rank = (part: Part) => (part.is_other ? -Infinity : (part.whole ?? -Number.MAX_VALUE));
  return { periods, parts: [...parts.values()].sort((a, b) => rank(b) - rank(a)) };
}
