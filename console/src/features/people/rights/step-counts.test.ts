import { expect, it } from "vitest";
import { stepCounts } from "@/features/people/rights/step-counts";

it("reads counts on either side of their name, and leaves nothing out but what is nothing", () => {
  expect(stepCounts("1 keys, 3 values")).toEqual([{ name: "keys", many: 1 }, { name: "values", many: 3 }]);
  expect(stepCounts("answers 0, facts 5")).toEqual([{ name: "facts", many: 5 }]);
});

it("takes anything else for words", () => {
  expect(stepCounts("it answered 503")).toBeUndefined();
  expect(stepCounts("opr_01")).toBeUndefined();
});
