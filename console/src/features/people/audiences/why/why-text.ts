/** What the server says it asked and found, in words as far as they go. */
import { readRule } from "@/features/people/audiences/rules/read-rule";
import { isGroup, type Fact } from "@/features/people/audiences/rules/tree";
import type { Formatters } from "@/lib/use-format";

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The leaf that was asked, whether the server names its kind around it or not. */
export function factOfAsked(what: string, asked: unknown): Fact | undefined {
  if (!isRecord(asked)) return undefined;
  const keys = Object.keys(asked);
  const [node] = readRule(keys.length === 1 && keys[0] === what ? asked : { [what]: asked }).rules;
  return node && !isGroup(node) ? node.fact : undefined;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** A found value or an event on one line: instants in the zone, records as their parts. */
export function foundText(value: unknown, format: Pick<Formatters, "time" | "count">): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return format.count(value);
  if (typeof value === "string") return INSTANT.test(value) ? format.time(value) : value;
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return value.map((one) => foundText(one, format)).filter(Boolean).join(" · ");
  if (!isRecord(value)) return "";
  return Object.entries(value)
    .filter(([, one]) => one !== null && one !== undefined && !(Array.isArray(one) && one.length === 0))
    .map(([key, one]) => (key === "time" || key === "at" || key === "name" ? foundText(one, format) : `${key} ${foundText(one, format)}`))
    .join(" · ");
}
