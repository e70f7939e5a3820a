import { describe, expect, it } from "vitest";
import { drawnSteps, overall, worstStep } from "@/features/analytics/funnel/funnel-maths";
import { readSteps, writeSteps } from "@/features/analytics/funnel/funnel-state";
import { inUnits } from "@/features/analytics/funnel/funnel-options";

const counted = (people: number[]) =>
  people.map((many, index) => ({
    event: `step ${String(index)}`,
    people: many,
    conversion_from_start: people[0] ? many / people[0] : null,
    conversion_from_previous: index && people[index - 1] ? many / (people[index - 1] ?? 1) : null,
    median_seconds: index ? 10 : null,
    p90_seconds: index ? 90 : null,
    median_seconds_from_start: index ? 20 : null,
    p90_seconds_from_start: index ? 99 : null,
  }));

describe("a funnel", () => {
  it("drops whom the step before had and this one has not", () => {
    const steps = drawnSteps(counted([200, 80, 20]));
    expect(steps.map((step) => step.dropped)).toEqual([0, 120, 60]);
    expect(steps.map((step) => step.droppedShare)).toEqual([null, 0.6, 0.75]);
    expect(overall(steps)).toBe(0.1);
  });

  it("names the step that loses the largest share, not the most people", () => {
    expect(worstStep(drawnSteps(counted([200, 80, 20])))).toBe(2);
    expect(worstStep(drawnSteps(counted([5, 5])))).toBeUndefined();
  });

  it("has no value, rather than 0%, where nobody came", () => {
    const steps = drawnSteps(counted([0, 0]));
    expect(overall(steps)).toBeNull();
    expect(steps[1]?.droppedShare).toBeNull();
  });
});

describe("a funnel's address", () => {
  it("gives back the steps it was given", () => {
    const steps = [
      { event: "Product Viewed", filters: [{ field: "properties.price", operator: "gt" as const, value: "10" }] },
      { event: "Order Completed", filters: [] },
    ];
    expect(readSteps(writeSteps(steps))).toEqual(steps);
  });

  it("that was cut short begins anew instead of breaking the page", () => {
    expect(readSteps('[{"event":"Prod')).toEqual([
      { event: "", filters: [] },
      { event: "", filters: [] },
    ]);
  });

  it("shows a window in the largest unit it is whole in", () => {
    expect(inUnits(7 * 86_400)).toEqual({ many: 7, unit: "day" });
    expect(inUnits(5_400)).toEqual({ many: 90, unit: "minute" });
  });
});
