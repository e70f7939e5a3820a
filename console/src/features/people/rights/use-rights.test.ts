import { describe, expect, it } from "vitest";
import { askAgainMs, isOpen, stepsDone, urgency, type RightsRequest } from "@/features/people/rights/use-rights";

const NOW = Date.parse("2026-05-10T00:00:00Z");

function request(told: Partial<RightsRequest>): RightsRequest {
  return {
    id: "rgt_1", kind: "deletion", person_id: "per_1", state: "running", asked_by: "opr_1", asked_at: "2026-05-01T00:00:00Z",
    due_at: "2026-05-16T00:00:00Z", note: "", steps: [], receipt: null, file_until: null, approved_by: null, reason: null,
    finished_at: null, ...told,
  };
}

describe("how near its end a request is", () => {
  it("says nothing while there is time, or once it is over", () => {
    expect(urgency(request({}), NOW)).toBeUndefined();
    expect(urgency(request({ state: "done", due_at: "2026-05-01T00:00:00Z" }), NOW)).toBeUndefined();
  });

  it("warns in its last days, and when it is late", () => {
    expect(urgency(request({ due_at: "2026-05-12T00:00:00Z" }), NOW)).toBe("soon");
    expect(urgency(request({ due_at: "2026-05-09T00:00:00Z", state: "waiting" }), NOW)).toBe("late");
  });
});

it("counts a request that waits for an approval as open", () => {
  expect(isOpen(request({ state: "waiting" }))).toBe(true);
  expect(isOpen(request({ state: "refused" }))).toBe(false);
});

it("asks often only while something began just now, and never once all is over", () => {
  const fresh = request({ asked_at: "2026-05-09T23:59:30Z" });
  expect(askAgainMs([request({}), fresh], NOW)).toBe(2_000);
  expect(askAgainMs([request({})], NOW)).toBe(30_000);
  expect(askAgainMs([request({ state: "done" }), request({ state: "waiting" })], NOW)).toBe(false);
});

it("counts the steps that are done", () => {
  const steps: RightsRequest["steps"] = [
    { name: "suppressed", state: "done", detail: "" }, { name: "rewritten", state: "running", detail: "" },
  ];
  expect(stepsDone(request({ steps }))).toBe(1);
});
