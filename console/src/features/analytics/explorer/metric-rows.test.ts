import { describe, expect, it } from "vitest";
import { isBlank, tableOf } from "@/features/analytics/explorer/metric-rows";

const row = (period: string | null, breakdown: string | null, value: number | null) => ({
  period, breakdown, value, is_other: false, numerator: null, denominator: null,
});

describe("a metric's table", () => {
  it("leaves a missing period empty instead of making it zero", () => {
    const table = tableOf([row("d1", "ios", 3), row("d2", "web", 5)], []);
    expect(table.periods).toEqual(["d1", "d2"]);
    expect(table.parts.find((part) => part.breakdown === "ios")?.values).toEqual([3, null]);
  });

  it("takes the whole period as asked for, and does not add up the days", () => {
    const table = tableOf([row("d1", null, 3), row("d2", null, 3)], [row(null, null, 4)]);
    expect(table.parts[0]?.whole).toBe(4);
  });

  it("is blank only where no value is above zero", () => {
    expect(isBlank(tableOf([row("d1", null, 0), row("d2", null, null)], []))).toBe(true);
    expect(isBlank(tableOf([row("d1", null, 0), row("d2", null, 1)], []))).toBe(false);
  });

  it("puts the largest part first and those without a value last", () => {
    const table = tableOf(
      [row("d1", "a", 1), row("d1", "b", 2), row("d1", "c", null)],
      [row(null, "a", 1), row(null, "b", 9), row(null, "c", null)],
    );
    expect(table.parts.map((part) => part.breakdown)).toEqual(["b", "a", "c"]);
  });
});
