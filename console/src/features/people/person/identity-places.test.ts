import { expect, it } from "vitest";
import { joinsOf, placed } from "@/features/people/person/identity-places";
import type { IdentityEdge } from "@/features/people/person/use-identity";

const edge = (left: string, right: string, at: string, verdict: IdentityEdge["verdict"]): IdentityEdge => ({
  left, left_masked: "", right, right_masked: "", via: "event", source_id: "src_1", first_at: at, evidence_event_key: at, verdict, decided_by: null, reason: null,
});

it("gathers the evidence of a pair, whichever way round it was told", () => {
  const joins = joinsOf([
    edge("b", "a", "2026-11-02T00:00:00Z", "joined"),
    edge("a", "b", "2026-11-01T00:00:00Z", "weak"),
    edge("a", "c", "2026-11-03T00:00:00Z", "withdrawn"),
  ]);
  expect(joins.map((one) => [one.left, one.right, one.verdict, one.evidence.length])).toEqual([
    ["a", "b", "joined", 2],
    ["a", "c", "withdrawn", 1],
  ]);
  expect(joins[0]?.evidence[0]?.first_at).toBe("2026-11-01T00:00:00Z");
});

it("puts the identifier that names the person in the middle, the others around it", () => {
  const node = (subject: string, isGiver: boolean) => ({ subject, kind: "anon", masked: subject, is_name_giver: isGiver });
  const places = placed([node("x", false), node("y", true), node("z", false)], 300, 200);
  expect(places.get("y")).toMatchObject({ x: 150, y: 100 });
  expect(new Set([...places.values()].map((one) => `${String(one.x)} ${String(one.y)}`)).size).toBe(3);
});
