/** From the builder's tree to the server's JSON, remembering where each node went. */
import { asks, needsValue } from "@/lib/filters";
import {
  isGroup, type Condition, type Did, type Fact, type Happening, type Node, type Time,
} from "@/features/people/audiences/rules/tree";

type Json = Record<string, unknown>;

/** The value of a condition as the server told it, where nobody has changed it since. */
function valueText(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join(", ") : String(value ?? "");
}

function unchanged(one: Condition): boolean {
  return one.kept?.operator === one.operator && valueText(one.kept.value) === one.value;
}

function conditionJson(one: Condition): Json[] {
  if (needsValue(one.operator) && unchanged(one)) {
    return [{ field: one.field, operator: one.operator, value: one.kept?.value }];
  }
  // A bare "is set" means true; it is written out, so that the rule reads without a manual.
  return asks([one]).map((ask) => (ask.operator === "is_set" ? { ...ask, value: ask.value ?? true } : { ...ask }));
}

function happeningJson({ event, where }: Happening): Json {
  const conditions = where.flatMap(conditionJson);
  return conditions.length > 0 ? { event: event.trim(), where: conditions } : { event: event.trim() };
}

function timeJson(time: Time, key: "within" | "in_last"): Json {
  if (time.kind === "ever") return {};
  if (time.kind === "within") return { [key]: time.span };
  return {
    ...(time.since ? { since: time.since } : {}),
    ...(time.until ? { until: time.until } : {}),
  };
}

function didJson(did: Did): Json {
  const { total, field, bound, low, high } = did;
  const bounds: Json = {};
  if (bound === "exactly" && low !== null) bounds["exactly"] = low;
  if ((bound === "at_least" || bound === "between") && low !== null) bounds["at_least"] = low;
  if ((bound === "at_most" || bound === "between") && high !== null) bounds["at_most"] = high;
  return {
    ...happeningJson(did),
    ...(total === "count" ? {} : { total, field }),
    ...bounds,
    ...timeJson(did.time, "within"),
  };
}

function typedValue(value: unknown, type: string): unknown {
  if (type === "number" && typeof value === "string" && Number.isFinite(Number(value))) return Number(value);
  if (type === "boolean") return value === "true" || value === true;
  return value;
}

function factJson(fact: Fact): Json {
  switch (fact.kind) {
    case "did":
      return { did: didJson(fact) };
    case "did_not":
      return { did_not: { ...happeningJson(fact), ...timeJson(fact.time, "within") } };
    case "sequence":
      return {
        sequence: {
          steps: fact.steps.map(happeningJson),
          ...(fact.within ? { within: fact.within } : {}),
          ...timeJson(fact.time, "in_last"),
        },
      };
    case "trait": {
      const [written] = conditionJson({ ...fact.test, field: fact.name });
      const { operator, value } = written ?? { operator: fact.test.operator, value: "" };
      const isKept = unchanged(fact.test);
      const typed = isKept ? value : Array.isArray(value) ? value.map((one) => typedValue(one, fact.type)) : typedValue(value, fact.type);
      return { trait: { name: fact.name, operator, value: operator === "is_set" ? value : typed } };
    }
    case "tag":
      return { tag: { id: fact.id, ...(fact.isHeld ? {} : { is_held: false }) } };
    case "level":
      return { level: { scheme: fact.scheme, any_of: fact.anyOf } };
    case "stage":
      return { stage: { any_of: fact.anyOf } };
    case "score":
      return { score: { model: fact.model, operator: fact.operator, value: fact.value } };
    case "consent":
      return { consent: { purpose: fact.purpose, channel: fact.channel, state: fact.state } };
    case "audience":
    case "list":
      return { [fact.kind]: { id: fact.id, ...(fact.isIn ? {} : { is_in: false }) } };
    case "sample":
      return { sample: { percent: fact.percent, ...(fact.seed ? { seed: fact.seed } : {}) } };
    case "foreign":
      return fact.json as Json;
  }
}

export interface WrittenRule {
  rule: Json;
  /** The node that stands at each JSON pointer. */
  at: Map<string, string>;
}

/** A whole tree as a rule, with the place of every node in it. */
export function writeRule(root: Node): WrittenRule {
  const at = new Map<string, string>();
  const write = (node: Node, pointer: string): Json => {
    at.set(pointer, node.id);
    const inner = node.isNot ? `${pointer}/not` : pointer;
    at.set(inner, node.id);
    const json = isGroup(node)
      ? { [node.match]: node.rules.map((one, index) => write(one, `${inner}/${node.match}/${String(index)}`)) }
      : factJson(node.fact);
    return node.isNot ? { not: json } : json;
  };
  return { rule: write(root, ""), at };
}

/** The node a wrong place belongs to: the deepest one that the pointer passes through. */
export function nodeAt(written: WrittenRule, pointer: string): string | undefined {
  // The server points into what it was sent, where the rule is one key of several.
  let rest = pointer.replace(/^(\/body)?\/rule(?=\/|$)/, "");
  for (;;) {
    const found = written.at.get(rest);
    if (found) return found;
    if (rest === "") return undefined;
    rest = rest.slice(0, rest.lastIndexOf("/"));
  }
}
