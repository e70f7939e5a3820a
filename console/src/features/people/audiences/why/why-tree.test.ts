import { expect, it } from "vitest";
import { branchesOf, factOfAsked, foundText } from "@/features/people/audiences/why/why-tree";

const part = (pointer: string, asked: Record<string, unknown>) => ({
  pointer, asked, holds: true, found: null, evidence: [], since: null, until: null, is_undecided: false,
});

it("hangs each part below the nearest one above it", () => {
  const [root, ...others] = branchesOf([
    part("", { all: [] }),
    part("/all/0", { stage: { any_of: ["lead"] } }),
    part("/all/1", { not: {} }),
    part("/all/1/not", { tag: { id: "tag_1" } }),
    part("/all/10", { tag: { id: "tag_2" } }),
  ]);
  expect(others).toEqual([]);
  expect(root?.branches.map((one) => one.part.pointer)).toEqual(["/all/0", "/all/1", "/all/10"]);
  expect(root?.branches[1]?.branches.map((one) => one.part.pointer)).toEqual(["/all/1/not"]);
});

it("reads what was asked as a fact, but no group as one", () => {
  expect(factOfAsked({ stage: { any_of: ["lead"] } })).toEqual({ kind: "stage", anyOf: ["lead"] });
  expect(factOfAsked({ all: [] })).toBeUndefined();
});

it("tells what was found: numbers, instants, lists", () => {
  const format = { time: () => "then", count: (value: number | null | undefined) => `<${String(value)}>` };
  expect([3, "2026-11-22T10:00:00Z", "上海", ["a", "b"], null].map((one) => foundText(one, format))).toEqual([
    "<3>", "then", "上海", "a · b", "",
  ]);
});
