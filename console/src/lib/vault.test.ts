import { describe, expect, it } from "vitest";
import { isClosed, isMasked, likelyKind, maskedLeaves } from "@/lib/vault";

describe("what is shown", () => {
  it.each(["138****8000", "l****@example.com", "林**", "••••"])("knows the mask %s", (text) => {
    expect(isMasked(text)).toBe(true);
  });

  it.each(["u-lin", "林悦", "5*", 12, null, ["138****8000"]])("takes %s for no mask", (value) => {
    expect(isMasked(value)).toBe(false);
  });

  it("tells what cannot be opened from what is only masked", () => {
    expect(isClosed("••••")).toBe(true);
    expect(isClosed("138****8000")).toBe(false);
  });
});

it.each([
  ["mobilePhone", "phone"],
  ["收货地址", "address"],
  ["receiver_name", "name"],
  ["wxid", "wechat"],
  ["memo", "text"],
])("guesses what the trait %s holds", (trait, kind) => {
  expect(likelyKind(trait)).toBe(kind);
});

it("finds every masked text of a value in its order", () => {
  const address = { street: "****", city: "杭州", people: [{ name: "林**" }, { phone: "138****8000" }] };
  expect(maskedLeaves("address", address).map((one) => one.name)).toEqual(["street", "name", "phone"]);
  expect(maskedLeaves("phone", ["138****8000", "139****8000"])).toHaveLength(2);
});
