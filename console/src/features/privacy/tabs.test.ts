import { expect, it } from "vitest";
import { tabsFor } from "@/features/privacy/tabs";

it("shows the trail to whoever may audit, and to nobody else", () => {
  expect(tabsFor("auditor")).toContain("trail");
  expect(tabsFor("owner")).toContain("trail");
  expect(tabsFor("keeper")).not.toContain("trail");
  expect(tabsFor("operator")).not.toContain("trail");
});

it("shows nothing of it to who only looks", () => {
  expect(tabsFor("viewer")).toEqual([]);
  expect(tabsFor("analyst")).toEqual([]);
});
