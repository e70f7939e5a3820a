import { describe, expect, it } from "vitest";
import { grantsFor, peopleMost, runsOut, usedShare, type Grant } from "@/lib/grants";

const NOW = Date.parse("2026-05-01T10:00:00Z");

function grant(told: Partial<Grant>): Grant {
  return {
    id: "grn_1", scope: "reveal", purpose: "service", kinds: ["phone"], people_max: 10, minutes: 60, reason: "calls back",
    ticket: "", state: "granted", requested_by: "opr_1", requested_at: "2026-05-01T09:00:00Z", approvals: [],
    approvals_needed: 1, approved_by: "opr_2", settled_by: null, settled_reason: "", people_used: 0,
    starts_at: "2026-05-01T09:30:00Z", expires_at: "2026-05-01T10:30:00Z", ...told,
  };
}

describe("which grants may be used", () => {
  const wanted = { who: "opr_1", purpose: "service", kind: "phone" };

  it("offers the longest running first", () => {
    const longer = grant({ id: "grn_2", expires_at: "2026-05-01T12:00:00Z" });
    expect(grantsFor([grant({}), longer], wanted).map((one) => one.id)).toEqual(["grn_2", "grn_1"]);
  });

  it.each([
    ["of another operator", { requested_by: "opr_3" }],
    ["for another purpose", { purpose: "marketing" }],
    ["of other kinds", { kinds: ["email"] }],
    ["not yet approved", { state: "asked" }],
    ["for a file", { scope: "export" }],
    ["with nobody left", { people_used: 10 }],
  ] as [string, Partial<Grant>][])("offers none %s", (_, told) => {
    expect(grantsFor([grant(told)], wanted)).toEqual([]);
  });
});

it("keeps grants for files apart from those for looking", () => {
  const file = grant({ id: "grn_3", scope: "export" });
  expect(grantsFor([grant({}), file], { who: "opr_1", purpose: "service", scope: "export" })).toEqual([file]);
});

describe("how much is used", () => {
  it("is whichever of people and time is nearer to its end", () => {
    expect(usedShare(grant({}), NOW)).toBe(0.5);
    expect(usedShare(grant({ people_used: 9 }), NOW)).toBe(0.9);
    expect(usedShare(grant({ starts_at: null, expires_at: null, people_used: 1 }), NOW)).toBe(0.1);
  });

  it("warns near the end, of running ones only", () => {
    expect(runsOut(grant({ people_used: 8 }), NOW)).toBe(true);
    expect(runsOut(grant({ people_used: 8, state: "revoked" }), NOW)).toBe(false);
    expect(runsOut(grant({}), NOW)).toBe(false);
  });
});

it("lets sensitive kinds be read of a few people only", () => {
  expect(peopleMost(["phone"])).toBe(500);
  expect(peopleMost(["phone", "idcard"])).toBe(20);
  expect(peopleMost(["phone"], "export")).toBe(1_000_000);
});
