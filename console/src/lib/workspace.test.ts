import { expect, it } from "vitest";
import { mayAs, ROLES } from "@/lib/workspace";

it("lets nobody both manage personal data and reveal it", () => {
  const apart = ["privacy:manage", "privacy:approve", "privacy:audit"] as const;
  const both = ROLES.filter((role) => mayAs(role, "privacy:reveal") && apart.some((one) => mayAs(role, one)));
  expect(both).toEqual([]);
});

it("keeps the keeper and the auditor off single people", () => {
  expect(ROLES.filter((role) => mayAs(role, "people:read"))).toEqual(["owner", "operator", "analyst"]);
});
