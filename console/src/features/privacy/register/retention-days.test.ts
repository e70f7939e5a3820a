import { expect, it } from "vitest";
import { retentionDays } from "@/features/privacy/register/retention-days";

it.each([
  ["P365D", 365],
  ["until_forgotten", null],
  ["P1Y", null],
])("reads %s as %s days", (written, days) => {
  expect(retentionDays(written)).toBe(days);
});
