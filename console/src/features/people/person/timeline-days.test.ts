import { describe, expect, it } from "vitest";
import { daysOf, glance, nearness, roomsOf } from "@/features/people/person/timeline-days";
import type { Happened } from "@/features/people/person/use-timeline";

const at = (time: string, more: Partial<Happened> = {}): Happened => ({
  event_key: time, message_id: time, name: "Page Viewed", kind: "other", call: "track", source_id: "src_1", subject: "s",
  time, properties: {}, order_id: null, product_id: null, live_id: null, amount_minor: null, currency: null, trust: "claim", ...more,
});

describe("a timeline", () => {
  it("is cut at the zone's midnight, and only its last day may go on", () => {
    const items = [at("2026-11-22T16:30:00Z"), at("2026-11-22T15:59:00Z"), at("2026-11-22T01:00:00Z")];
    expect(daysOf(items, "Asia/Shanghai", true).map((day) => [day.day, day.items.length, day.isOpen])).toEqual([
      ["2026-11-23", 1, false],
      ["2026-11-22", 2, true],
    ]);
    expect(daysOf(items, "UTC", false)).toHaveLength(1);
    expect(daysOf([], "UTC", true)).toEqual([]);
  });

  it("calls only two days by a word", () => {
    expect(["2026-03-01", "2026-02-28", "2026-02-27"].map((day) => nearness(day, "2026-03-01"))).toEqual([
      "today", "yesterday", undefined,
    ]);
  });
});

it("gathers visits by show, whichever order the events come in", () => {
  const items = [
    at("2026-11-22T10:00:00Z", { live_id: "a" }), at("2026-11-22T12:00:00Z", { live_id: "b" }),
    at("2026-11-22T09:00:00Z", { live_id: "a" }), at("2026-11-22T11:00:00Z"),
  ];
  expect(roomsOf(items)).toEqual([
    { live: "b", first: "2026-11-22T12:00:00Z", last: "2026-11-22T12:00:00Z", events: 1 },
    { live: "a", first: "2026-11-22T09:00:00Z", last: "2026-11-22T10:00:00Z", events: 2 },
  ]);
});

it("tells at a glance what something is called, not where it stood", () => {
  expect(glance({ url: "https://shop.example/p", path: "/p", title: "手表", offset_ms: 3, name: "手表" })).toEqual(["手表"]);
  expect(glance({ offset_ms: 3, nested: { name: "x" } })).toEqual([]);
});
