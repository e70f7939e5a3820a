import { expect, it } from "vitest";
import { seriesOf, valueAxisOf } from "@/ui/chart-series";

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

it("names every line at its end, however many labels the axis leaves out", () => {
  const lines = seriesOf({
    kind: "line", labels: ["a", "b"], summary: "", format: String,
    series: [{ name: "today", values: [1, 2] }, { name: "before", values: [2, 1], isBackground: true }],
  });
  expect(lines).toMatchObject([
    { name: "today", showAllSymbol: true, data: [{ value: 1 }, { value: 2, label: { show: true } }] },
    { name: "before", showAllSymbol: true, data: [{ value: 2 }, { value: 1, label: { show: true } }] },
  ]);
});
