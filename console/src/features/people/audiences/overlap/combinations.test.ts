import { expect, it } from "vitest";
import { combinationsOf } from "@/features/people/audiences/overlap/combinations";

const SETS = [
  { audience_id: "a", name: "A", size: 9 },
  { audience_id: "b", name: "B", size: 7 },
  { audience_id: "c", name: "C", size: 3 },
];

it("puts the largest first, then those of fewer audiences, and leaves out whom nobody is in", () => {
  const found = combinationsOf({
    sets: SETS,
    intersections: [
      { audience_ids: ["a", "b"], count: 3 },
      { audience_ids: ["c"], count: 3 },
      { audience_ids: ["a", "b", "c"], count: 0 },
      { audience_ids: ["a"], count: 6 },
      { audience_ids: ["b"], count: 3 },
    ],
    union: 15,
  });
  expect(found.map((one) => one.names.join("+"))).toEqual(["A", "B", "C", "A+B"]);
  expect(found[3]?.isIn).toEqual([true, true, false]);
  expect(found[0]?.share).toBe(0.4);
});

it("has no share, rather than 0, where nobody is in any", () => {
  expect(combinationsOf({ sets: SETS, intersections: [{ audience_ids: ["a"], count: 1 }], union: 0 })[0]?.share).toBeUndefined();
});
