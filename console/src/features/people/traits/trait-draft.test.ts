import { describe, expect, it } from "vitest";
import { blankTrait, traitAsk, typeOf, type TraitDraft } from "@/features/people/traits/trait-draft";

const draft = (change: Partial<TraitDraft>): TraitDraft => ({ ...blankTrait("CNY"), event: "Order Completed", ...change });

describe("a computed trait", () => {
  it("waits for its event, and for a field where it needs one", () => {
    expect(traitAsk(blankTrait("CNY"))).toBeUndefined();
    expect(traitAsk(draft({ aggregate: "sum" }))).toBeUndefined();
    expect(traitAsk(draft({ aggregate: "days_since_last", field: "left over" }))?.measure?.field).toBeNull();
  });

  it("is money, with its currency, only where amounts are what is answered", () => {
    const sum = traitAsk(draft({ aggregate: "sum", field: "amount_minor" }));
    expect([sum?.type, sum?.measure?.currency]).toEqual(["money", "CNY"]);
    const many = traitAsk(draft({ aggregate: "distinct", field: "amount_minor" }));
    expect([many?.type, many?.measure?.currency]).toEqual(["number", null]);
    expect(typeOf(draft({ aggregate: "count", field: "amount_minor" }))).toBe("number");
  });

  it("answers by what is asked", () => {
    const types = (["unique", "last_at", "most_frequent", "last"] as const).map((aggregate) =>
      typeOf(draft({ aggregate, field: "properties.city" })),
    );
    expect(types).toEqual(["list", "date", "text", "text"]);
    expect(typeOf(draft({ aggregate: "last", field: "properties.score", isNumber: true }))).toBe("number");
  });

  it("looks back so many days, or over all time", () => {
    expect(traitAsk(draft({ days: 30 }))?.measure?.window).toBe("30d");
    expect(traitAsk(draft({ days: null }))?.measure?.window).toBeNull();
  });
});
