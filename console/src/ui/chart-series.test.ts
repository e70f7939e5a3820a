import { expect, it } from "vitest";
import { valueAxisOf } from "@/ui/chart-series";

it("labels an axis on which all is zero with that zero only", () => {
  const axis = valueAxisOf({ series: [{ name: "GMV", values: [0, null, 0] }], isWhole: true });
  expect(axis).toEqual({ min: 0, max: 1, interval: 1, axisLabel: { showMaxLabel: false } });
});

it("measures any other axis in steps no finer than its labels", () => {
  const axis = valueAxisOf({ series: [{ name: "GMV", values: [0, 3] }], isWhole: true });
  expect(axis).toEqual({ min: 0, splitNumber: 4, minInterval: 1 });
});

it("ends at the greatest value there can be", () => {
  const series = [{ name: "share", values: [0.2, 1] }];
  expect(valueAxisOf({ series, max: 1 }).max).toBe(1);
  expect(valueAxisOf({ series }).max).toBeUndefined();
});
