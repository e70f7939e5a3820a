import { describe, expect, it } from "vitest";
import { asks, readFilters } from "@/lib/filters";

describe("conditions", () => {
  it("are asked only when whole", () => {
    expect(
      asks([
        { field: "", operator: "equals", value: "x" },
        { field: "kind", operator: "equals", value: "" },
        { field: "properties.price", operator: "gt", value: "cheap" },
        { field: "user_id", operator: "is_set", value: "" },
        { field: "live_id", operator: "is_not_set", value: "" },
      ]),
    ).toEqual([{ field: "user_id", operator: "is_set" }, { field: "live_id", operator: "is_set", value: false }]);
  });

  it("compare sizes as numbers, but leave an id of digits a text", () => {
    expect(
      asks([
        { field: "properties.price", operator: "gte", value: "10" },
        { field: "order_id", operator: "equals", value: "00123" },
        { field: "order_id", operator: "in", value: "1, 2 ,," },
      ]).map((one) => one.value),
    ).toEqual([10, "00123", ["1", "2"]]);
  });

  it("from a forged address are dropped", () => {
    expect(readFilters([{ field: "kind", operator: "evil" }, 3, null])).toEqual([]);
  });
});
