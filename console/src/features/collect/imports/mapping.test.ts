import { describe, expect, it } from "vitest";
import { draftOf, mappingOf, missingOf } from "@/features/collect/imports/mapping";

const SUGGESTED = {
  event: { column: "动作", names: { 下单: "Order Completed" } },
  time: { column: "时间", format: "epoch_ms" },
  user_id: "用户ID",
  amount: { column: "单价", times: "数量" },
  properties: "*",
};

describe("a column mapping", () => {
  it("keeps what the form cannot show of an unchanged suggestion", () => {
    expect(mappingOf(draftOf(SUGGESTED))).toEqual({ ...SUGGESTED, user_id: { column: "用户ID" } });
  });

  it("forgets a suggestion's details once another column is chosen", () => {
    const draft = draftOf(SUGGESTED);
    draft.picks.event = { column: "类型" };
    expect(mappingOf(draft)["event"]).toEqual({ column: "类型" });
  });

  it("sends a constant as a value, not as a column", () => {
    const draft = draftOf({});
    draft.picks.event = { value: "Order Completed" };
    expect(mappingOf(draft)["event"]).toEqual({ value: "Order Completed" });
  });

  it("is complete only when it says what, when and who", () => {
    expect(missingOf(draftOf({}))).toEqual(["event", "time", "who"]);
    expect(missingOf(draftOf(SUGGESTED))).toEqual([]);
  });
});
