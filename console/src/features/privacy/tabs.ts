/** The tabs of the page, each shown by right: what a role may not see is not shown closed, but not shown. */
import { mayAs, type Policy, type Role } from "@/lib/workspace";

const NEEDS = {
  fields: "privacy:read",
  keys: "privacy:read",
  grants: "privacy:read",
  trail: "privacy:audit",
  retention: "privacy:read",
  register: "privacy:read",
  systems: "privacy:read",
  suppressions: "privacy:read",
  numbers: "privacy:read",
} as const satisfies Record<string, Policy>;

export type Tab = keyof typeof NEEDS;

export function tabsFor(role: Role): Tab[] {
  return (Object.keys(NEEDS) as Tab[]).filter((tab) => mayAs(role, NEEDS[tab]));
}
