import { expect, it } from "vitest";
import { readReason } from "@/features/privacy/trail/trail-reason";

it("knows requests by their id, and which right it was", () => {
  expect(readReason("open", "access request rgt_01m8")).toEqual({ told: "request", right: "access", request: "rgt_01m8" });
  expect(readReason("open", "correction rgt_01m8")).toEqual({ told: "request", right: "correction", request: "rgt_01m8" });
  expect(readReason("access_file", "rgt_01m8")).toEqual({ told: "request", right: "", request: "rgt_01m8" });
});

it("tells the class, the version and the words of what was done to a key", () => {
  expect(readReason("key.rotate", "important")).toEqual({ told: "key", dataClass: "important", version: null, text: "" });
  expect(readReason("key.destruction.ask", "important 12: old: and done")).toEqual({
    told: "key", dataClass: "important", version: 12, text: "old: and done",
  });
});

it("tells the version of a master key, whose class nobody names", () => {
  expect(readReason("key.master.destruction.cancel", "1")).toEqual({ told: "key", dataClass: "master", version: 1, text: "" });
  expect(readReason("key.master.destruction.ask", "2: a copy was lost")).toEqual({
    told: "key", dataClass: "master", version: 2, text: "a copy was lost",
  });
  expect(readReason("key.rotate", "1")).toEqual({ told: "text", text: "1" });
});

it("tells a field and what is counted", () => {
  expect(readReason("field.declare", "*.memo text common")).toEqual({ told: "field", place: "*.memo", kind: "text", dataClass: "common" });
  expect(readReason("retention.change", "events_days None, trail_days 1095")).toEqual({
    told: "counts", counts: [{ name: "events_days", many: null }, { name: "trail_days", many: 1095 }],
  });
});

it("leaves what people wrote as they wrote it", () => {
  for (const reason of ["important", "traits.a text common", "people 3", "", "rgt_01m8 called twice"]) {
    expect(readReason("reveal", reason)).toEqual({ told: "text", text: reason });
  }
});
