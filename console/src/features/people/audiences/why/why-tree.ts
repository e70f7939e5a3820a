/** The server's answer to "why", part by part, put together again as a tree. */
import type { Schema } from "@/api/client";
import { readRule } from "@/features/people/audiences/rules/read-rule";
import { isGroup, type Fact } from "@/features/people/audiences/rules/tree";
import type { Formatters } from "@/lib/use-format";

type WhyPart = Schema["WhyPart"];

export interface WhyBranch {
  part: WhyPart;
  branches: WhyBranch[];
}

/** Parts below the part whose pointer leads to them; those that nothing leads to are roots. */
export function branchesOf(parts: readonly WhyPart[]): WhyBranch[] {
  const roots: WhyBranch[] = [];
  const known = new Map<string, WhyBranch>();
  for (const part of parts) {
    const branch = { part, branches: [] };
    known.set(part.pointer, branch);
    let above = part.pointer;
    let parent: WhyBranch | undefined;
    while (above !== "" && !parent) {
      above = above.slice(0, above.lastIndexOf("/"));
      parent = known.get(above);
    }
    (parent?.branches ?? roots).push(branch);
  }
  return roots;
}

/** The kind of rule that was asked: its one key. */
export function kindOfAsked(asked: WhyPart["asked"]): string {
  return Object.keys(asked)[0] ?? "";
}

/** The leaf that was asked; undefined for what only joins others. */
export function factOfAsked(asked: WhyPart["asked"]): Fact | undefined {
  const kind = kindOfAsked(asked);
  if (kind === "all" || kind === "any" || kind === "not") return undefined;
  const [node] = readRule(asked).rules;
  return node && !isGroup(node) ? node.fact : undefined;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** What was found, on one line: instants in the zone, several values side by side. */
export function foundText(found: WhyPart["found"], format: Pick<Formatters, "time" | "count">): string {
  if (found === null) return "";
  if (typeof found === "number") return format.count(found);
  if (Array.isArray(found)) return found.join(" · ");
  return INSTANT.test(found) ? format.time(found) : found;
}
