/** From the server's long rows to a table: periods across, parts of the breakdown down. */
import type { Schema } from "@/api/client";

type Row = Schema["MetricRow"];

export interface Part {
  name: string | null;
  values: (number | null)[];
  whole: number | null;
}

export interface MetricTableShape {
  periods: string[];
  parts: Part[];
}

/**
 * Parts come in the order of their whole-period value, the largest first.
 *
 * A period or part without a row has no value here: it is not made a zero.
 */
export function tableOf(rows: readonly Row[], whole: readonly Row[]): MetricTableShape {
  const periods = [...new Set(rows.flatMap((row) => (row.period === null ? [] : [row.period])))].sort();
  const place = new Map(periods.map((period, index) => [period, index]));
  const parts = new Map<string | null, Part>();
  const partOf = (name: string | null) => {
    const found = parts.get(name);
    if (found) return found;
    const made: Part = { name, values: periods.map(() => null), whole: null };
    parts.set(name, made);
    return made;
  };
  for (const row of rows) {
    const part = partOf(row.breakdown);
    const index = row.period === null ? undefined : place.get(row.period);
    if (index === undefined) part.whole = row.value;
    else part.values[index] = row.value;
  }
  for (const row of whole) {
    if (parts.has(row.breakdown)) partOf(row.breakdown).whole = row.value;
  }
  const inOrder = [...parts.values()].sort((a, b) => (b.whole ?? -Infinity) - (a.whole ?? -Infinity));
  return { periods, parts: inOrder };
}
