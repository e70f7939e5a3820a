/** From the server's JSON to the builder's tree; what it does not know it keeps as it is. */
import { OPERATORS, type Operator } from "@/lib/filters";
import {
  CONSENT_STATES, isGroup, newGroup, newId, SCORE_OPERATORS, TOTALS,
  type Bound, type Condition, type Did, type Fact, type Group, type Happening, type Node, type Time,
} from "@/features/people/audiences/rules/tree";

type Json = Record<string, unknown>;

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function readCondition(json: Json, field: string): Condition {
  const told = json["operator"] ?? "equals";
  const operator: Operator = OPERATORS.find((one) => one === told) ?? "equals";
  const value = json["value"];
  if (operator === "is_set") {
    return { field, operator: value === false ? "is_not_set" : "is_set", value: "" };
  }
  const text = Array.isArray(value) ? value.map(String).join(", ") : String(value ?? "");
  return { field, operator, value: text, kept: { operator, value } };
}

function readHappening(json: Json): Happening {
  return {
    event: textOf(json["event"]),
    where: listOf(json["where"]).map((one) => readCondition(one, textOf(one["field"]))),
  };
}

function readTime(json: Json, key: "within" | "in_last"): Time {
  const span = textOf(json[key]);
  if (span) return { kind: "within", span };
  const [since, until] = [textOf(json["since"]), textOf(json["until"])];
  return since || until ? { kind: "between", since, until } : { kind: "ever" };
}

function readDid(json: Json): Did {
  const [least, most, exact] = ["at_least", "at_most", "exactly"].map((key) => numberOf(json[key]));
  let bound: Bound = "at_least";
  if (exact !== null) bound = "exactly";
  else if (least !== null && most !== null) bound = "between";
  else if (most !== null) bound = "at_most";
  return {
    kind: "did",
    ...readHappening(json),
    total: TOTALS.find((one) => one === json["total"]) ?? "count",
    field: textOf(json["field"]),
    bound,
    low: exact ?? least ?? (bound === "at_most" ? null : 1),
    high: most ?? null,
    time: readTime(json, "within"),
  };
}

function traitType(value: unknown): "text" | "number" | "boolean" {
  const one: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof one === "number") return "number";
  return typeof one === "boolean" ? "boolean" : "text";
}

function readFact(kind: string, json: Json): Fact {
  switch (kind) {
    case "did":
      return readDid(json);
    case "did_not":
      return { kind, ...readHappening(json), time: readTime(json, "within") };
    case "sequence":
      return {
        kind, steps: listOf(json["steps"]).map(readHappening), within: textOf(json["within"]),
        time: readTime(json, "in_last"),
      };
    case "trait":
      return { kind, name: textOf(json["name"]), type: traitType(json["value"]), test: readCondition(json, "value") };
    case "tag":
      return { kind, id: textOf(json["id"]), isHeld: json["is_held"] !== false };
    case "level":
      return { kind, scheme: textOf(json["scheme"]), anyOf: texts(json["any_of"]) };
    case "stage":
      return { kind, anyOf: texts(json["any_of"]) };
    case "score":
      return {
        kind, model: textOf(json["model"]), value: numberOf(json["value"]),
        operator: SCORE_OPERATORS.find((one) => one === json["operator"]) ?? "gte",
      };
    case "consent":
      return {
        kind, purpose: textOf(json["purpose"]), channel: textOf(json["channel"]),
        state: CONSENT_STATES.find((one) => one === json["state"]) ?? "granted",
      };
    case "audience":
    case "list":
      return { kind, id: textOf(json["id"]), isIn: json["is_in"] !== false };
    case "sample":
      return { kind, percent: numberOf(json["percent"]), seed: textOf(json["seed"]) };
    default:
      return { kind: "foreign", json: { [kind]: json } };
  }
}

function readNode(json: unknown): Node {
  const [entry, ...others] = isRecord(json) ? Object.entries(json) : [];
  if (!entry || others.length > 0) return { id: newId(), isNot: false, fact: { kind: "foreign", json } };
  const [kind, inner] = entry;
  if (kind === "not") {
    const node = readNode(inner);
    return { ...node, isNot: !node.isNot };
  }
  if (kind === "all" || kind === "any") {
    return { ...newGroup(kind), rules: Array.isArray(inner) ? inner.map(readNode) : [] };
  }
  const fact: Fact = isRecord(inner) ? readFact(kind, inner) : { kind: "foreign", json };
  return { id: newId(), isNot: false, fact };
}

/** A rule as a tree whose root is a group, so that there is always somewhere to add to. */
export function readRule(json: unknown): Group {
  const node = readNode(json);
  return isGroup(node) ? node : newGroup("all", [node]);
}
