import { expect, it } from "vitest";
import { detailParts } from "@/features/access/settings/audit-detail";

it("names every leaf, however deep, and leaves out what is empty", () => {
  const detail = { role: "keeper", before: { days: 30 }, event: null, note: "", scopes: ["events:read", "people:read"], none: [] };
  expect(detailParts(detail)).toEqual([
    { name: "role", value: "keeper" },
    { name: "days", value: 30 },
    { name: "scopes", value: "events:read, people:read" },
  ]);
});

it("keeps no and nought, which are not empty", () => {
  expect(detailParts({ alone: false, count: 0 })).toEqual([
    { name: "alone", value: false },
    { name: "count", value: 0 },
  ]);
});
