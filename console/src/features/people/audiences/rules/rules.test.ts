import { describe, expect, it } from "vitest";
import { editRule, unfinished } from "@/features/people/audiences/rules/edit-rule";
import { readRule } from "@/features/people/audiences/rules/read-rule";
import { FACT_KINDS, isGroup, newGroup, newLeaf, type Leaf } from "@/features/people/audiences/rules/tree";
import { nodeAt, writeRule } from "@/features/people/audiences/rules/write-rule";

const RULE = {
  all: [
    { did: { event: "Order Completed", where: [{ field: "currency", operator: "equals", value: "CNY" }], total: "sum", field: "amount_minor", at_least: 50_000, within: "30d" } },
    { any: [
      { did: { event: "Live Room Entered", at_least: 2, at_most: 9 } },
      { not: { did: { event: "Product Viewed", exactly: 3, since: "2026-11-01T00:00:00+08:00", until: "2026-11-08T00:00:00+08:00" } } },
      { did_not: { event: "Order Completed", within: "90d" } },
      { sequence: { steps: [{ event: "Product Viewed", where: [{ field: "category", operator: "in", value: ["茶, 绿", "酒"] }] }, { event: "Order Completed" }], within: "7d", in_last: "30d" } },
    ] },
    { trait: { name: "orders_90d", operator: "gte", value: 3 } },
    { trait: { name: "plan", operator: "equals", value: "00123" } },
    { trait: { name: "city", operator: "is_set", value: false } },
    { tag: { id: "tag_vip", is_held: false } },
    { level: { scheme: "rfm", any_of: ["champions", "loyal"] } },
    { stage: { any_of: ["lapsing"] } },
    { score: { model: "churn", operator: "lt", value: 0.8 } },
    { consent: { purpose: "marketing", channel: "sms", state: "withdrawn" } },
    { audience: { id: "adc_1" } },
    { not: { list: { id: "lst_1", is_in: false } } },
    { sample: { percent: 12.5, seed: "autumn" } },
    { not: { any: [{ phase_of_moon: { is: "full" } }] } },
  ],
};

describe("a rule", () => {
  it("comes back from the tree as it went in, kinds of a newer server included", () => {
    expect(writeRule(readRule(RULE)).rule).toEqual(RULE);
  });

  it("keeps the value's type where nobody changed it, and writes a changed one as it is compared", () => {
    const where = (value: unknown) => ({ did: { event: "A", where: [{ field: "n", operator: "equals", value }], at_least: 1 } });
    const root = readRule({ all: [where(5)] });
    expect(writeRule(root).rule).toEqual({ all: [where(5)] });
    const leaf = root.rules[0] as Leaf;
    if (leaf.fact.kind !== "did") throw new Error("not read as did");
    const fact = { ...leaf.fact, where: leaf.fact.where.map((one) => ({ ...one, value: "6" })) };
    expect(writeRule(editRule(root, { act: "fact", id: leaf.id, fact })).rule).toEqual({ all: [where("6")] });
  });

  it("that is a lone leaf, or a lone not, stands in a group", () => {
    expect(writeRule(readRule({ stage: { any_of: ["lead"] } })).rule).toEqual({ all: [{ stage: { any_of: ["lead"] } }] });
    const not = readRule({ not: { all: [] } });
    expect([isGroup(not), not.isNot]).toEqual([true, true]);
  });

  it("says a double not as nothing, which is the same", () => {
    expect(writeRule(readRule({ not: { not: { all: [] } } })).rule).toEqual({ all: [] });
  });
});

describe("a wrong place", () => {
  const root = readRule(RULE);
  const written = writeRule(root);
  const group = root.rules[1];

  it("belongs to the deepest rule that the pointer passes", () => {
    if (!group || !isGroup(group)) throw new Error("the second rule is a group");
    expect(nodeAt(written, "/all/1/any/1/not/did/since")).toBe(group.rules[1]?.id);
    expect(nodeAt(written, "/all/1/any/3/sequence/steps/0/where/0/value")).toBe(group.rules[3]?.id);
    expect(nodeAt(written, "/all/1/any")).toBe(group.id);
    expect(nodeAt(written, "/rule/all/0/did/within")).toBe(root.rules[0]?.id);
    expect(nodeAt(written, "")).toBe(root.id);
  });
});

describe("an act", () => {
  it("changes one node and leaves its neighbours the same objects", () => {
    const root = newGroup("all", [newLeaf("did"), newGroup("any", [newLeaf("tag")])]);
    const inner = root.rules[1];
    if (!inner || !isGroup(inner)) throw new Error("the second is a group");
    const next = editRule(root, { act: "add", to: inner.id, kind: "stage" });
    expect(next.rules[0]).toBe(root.rules[0]);
    expect(next.rules[1]).not.toBe(inner);
    expect(editRule(root, { act: "remove", id: "nobody" })).toBe(root);
  });

  it("moves within a group, not past its ends", () => {
    const root = newGroup("all", [newLeaf("did"), newLeaf("tag")]);
    const [first, second] = root.rules;
    const next = editRule(root, { act: "move", id: second?.id ?? "", by: -1 });
    expect(next.rules).toEqual([second, first]);
    expect(editRule(next, { act: "move", id: second?.id ?? "", by: -1 })).toBe(next);
  });

  it("keeps event and conditions from did to did not", () => {
    const leaf = newLeaf("did");
    const root = newGroup("all", [{ ...leaf, fact: { ...leaf.fact, event: "Order Completed" } as Leaf["fact"] }]);
    const next = editRule(root, { act: "kind", id: leaf.id, kind: "did_not" });
    expect(writeRule(next).rule).toEqual({ all: [{ did_not: { event: "Order Completed", within: "30d" } }] });
  });

  it("copies under a new name, so that the copy lives its own life", () => {
    const root = newGroup("all", [newLeaf("tag")]);
    const next = editRule(root, { act: "copy", id: root.rules[0]?.id ?? "" });
    expect(new Set(next.rules.map((node) => node.id)).size).toBe(2);
  });
});

it("waits for a blank leaf of every kind that needs something", () => {
  const blank = FACT_KINDS.filter((kind) => unfinished(newLeaf(kind)).length > 0);
  expect(blank).toEqual(["did", "did_not", "sequence", "trait", "tag", "level", "stage", "score", "audience", "list"]);
});
