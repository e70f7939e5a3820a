/** A rule as the builder holds it: a tree of groups and leaves, each with a name of its own. */
import type { Filter } from "@/lib/filters";

/** A condition on an event; what the server told is kept until the reader changes it. */
export interface Condition extends Filter {
  kept?: { operator: string; value: unknown };
}

export interface Happening {
  event: string;
  where: Condition[];
}

/** When it must have happened. */
export type Time =
  | { kind: "ever" }
  | { kind: "within"; span: string }
  | { kind: "between"; since: string; until: string };

export const TOTALS = ["count", "sum", "average", "min", "max"] as const;
export type Total = (typeof TOTALS)[number];

export const BOUNDS = ["at_least", "at_most", "between", "exactly"] as const;
export type Bound = (typeof BOUNDS)[number];

export interface Did extends Happening {
  kind: "did";
  total: Total;
  field: string;
  bound: Bound;
  low: number | null;
  high: number | null;
  time: Time;
}

export interface DidNot extends Happening {
  kind: "did_not";
  time: Time;
}

export interface Sequence {
  kind: "sequence";
  steps: Happening[];
  within: string;
  time: Time;
}

export type TraitType = "text" | "number" | "boolean";

export interface TraitIs {
  kind: "trait";
  name: string;
  type: TraitType;
  test: Condition;
}

export interface TagIs {
  kind: "tag";
  id: string;
  isHeld: boolean;
}

export interface LevelIs {
  kind: "level";
  scheme: string;
  anyOf: string[];
}

export interface StageIs {
  kind: "stage";
  anyOf: string[];
}

export const SCORE_OPERATORS = ["gte", "gt", "lte", "lt"] as const;

export interface ScoreIs {
  kind: "score";
  model: string;
  operator: (typeof SCORE_OPERATORS)[number];
  value: number | null;
}

export const CONSENT_STATES = ["granted", "withdrawn", "unknown"] as const;

export interface ConsentIs {
  kind: "consent";
  purpose: string;
  channel: string;
  state: (typeof CONSENT_STATES)[number];
}

export interface Belongs {
  kind: "audience" | "list";
  id: string;
  isIn: boolean;
}

export interface Sample {
  kind: "sample";
  percent: number | null;
  seed: string;
}

/** A kind that this console does not know: shown as it is, and given back unchanged. */
export interface Foreign {
  kind: "foreign";
  json: unknown;
}

export type Fact =
  | Did | DidNot | Sequence | TraitIs | TagIs | LevelIs | StageIs | ScoreIs | ConsentIs | Belongs
  | Sample | Foreign;

export type FactKind = Fact["kind"];

/** In the order in which the builder offers them. */
export const FACT_KINDS = [
  "did", "did_not", "sequence", "trait", "tag", "level", "stage", "score", "consent", "audience",
  "list", "sample",
] as const satisfies readonly FactKind[];

export interface Leaf {
  id: string;
  isNot: boolean;
  fact: Fact;
}

export interface Group {
  id: string;
  isNot: boolean;
  match: "all" | "any";
  rules: Node[];
}

export type Node = Leaf | Group;

export function isGroup(node: Node): node is Group {
  return "rules" in node;
}

export const RULES_MAX = 100;
export const DEPTH_MAX = 10;
export const STEPS_MIN = 2;
export const STEPS_MAX = 10;
export const SPAN_USUAL = "30d";

let made = 0;

/** A name for a node: it lives as long as the page, and is never sent. */
export function newId(): string {
  made += 1;
  return `n${String(made)}`;
}

/** A fact of a kind, as it stands before anything is filled in. */
export function blankFact(kind: FactKind): Fact {
  switch (kind) {
    case "did":
      return {
        kind, event: "", where: [], total: "count", field: "", bound: "at_least", low: 1, high: null,
        time: { kind: "within", span: SPAN_USUAL },
      };
    case "did_not":
      return { kind, event: "", where: [], time: { kind: "within", span: SPAN_USUAL } };
    case "sequence":
      return {
        kind, steps: [{ event: "", where: [] }, { event: "", where: [] }], within: "7d",
        time: { kind: "within", span: SPAN_USUAL },
      };
    case "trait":
      return { kind, name: "", type: "text", test: { field: "value", operator: "equals", value: "" } };
    case "tag":
      return { kind, id: "", isHeld: true };
    case "level":
      return { kind, scheme: "frequency", anyOf: [] };
    case "stage":
      return { kind, anyOf: [] };
    case "score":
      return { kind, model: "", operator: "gte", value: null };
    case "consent":
      return { kind, purpose: "marketing", channel: "sms", state: "granted" };
    case "audience":
    case "list":
      return { kind, id: "", isIn: true };
    case "sample":
      return { kind, percent: 10, seed: "" };
    case "foreign":
      return { kind, json: {} };
  }
}

export function newLeaf(kind: FactKind): Leaf {
  return { id: newId(), isNot: false, fact: blankFact(kind) };
}

export function newGroup(match: Group["match"], rules: Node[] = []): Group {
  return { id: newId(), isNot: false, match, rules };
}

/** How many rules a tree has, its groups counted. */
export function sizeOf(node: Node): number {
  return isGroup(node) ? 1 + node.rules.reduce((sum, one) => sum + sizeOf(one), 0) : 1;
}
