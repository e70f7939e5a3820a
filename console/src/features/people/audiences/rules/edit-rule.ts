/** What the builder does to a tree: each act gives a new tree and leaves the old one as it was. */
import {
  blankFact, isGroup, newGroup, newLeaf, type Fact, type FactKind, type Group, type Node,
} from "@/features/people/audiences/rules/tree";

export type Act =
  | { act: "load"; tree: Group }
  | { act: "add"; to: string; kind: FactKind }
  | { act: "add_group"; to: string }
  | { act: "remove"; id: string }
  | { act: "move"; id: string; by: -1 | 1 }
  | { act: "copy"; id: string }
  | { act: "not"; id: string }
  | { act: "match"; id: string; match: Group["match"] }
  | { act: "kind"; id: string; kind: FactKind }
  | { act: "fact"; id: string; fact: Fact };

/** A tree with one node replaced by what `change` makes of it: several, one, or none. */
function changed(group: Group, id: string, change: (node: Node) => Node[]): Group {
  let isTouched = false;
  const rules = group.rules.flatMap((node): Node[] => {
    if (node.id === id) {
      isTouched = true;
      return change(node);
    }
    if (!isGroup(node)) return [node];
    const next = changed(node, id, change);
    if (next !== node) isTouched = true;
    return [next];
  });
  return isTouched ? { ...group, rules } : group;
}

/** The same for a group that may be the root itself. */
function changedGroup(root: Group, id: string, change: (group: Group) => Group): Group {
  if (root.id === id) return change(root);
  return changed(root, id, (node) => [isGroup(node) ? change(node) : node]);
}

function moved(group: Group, id: string, by: -1 | 1): Group {
  const from = group.rules.findIndex((node) => node.id === id);
  if (from < 0) {
    const rules = group.rules.map((node) => (isGroup(node) ? moved(node, id, by) : node));
    return rules.some((node, index) => node !== group.rules[index]) ? { ...group, rules } : group;
  }
  const to = from + by;
  if (to < 0 || to >= group.rules.length) return group;
  const rules = [...group.rules];
  const [node] = rules.splice(from, 1);
  if (node) rules.splice(to, 0, node);
  return { ...group, rules };
}

function copied(node: Node): Node {
  const fresh = newGroup("all").id;
  return isGroup(node)
    ? { ...node, id: fresh, rules: node.rules.map(copied) }
    : { ...node, id: fresh, fact: structuredClone(node.fact) };
}

/** The tree after an act. */
export function editRule(root: Group, act: Act): Group {
  switch (act.act) {
    case "load":
      return act.tree;
    case "add":
      return changedGroup(root, act.to, (group) => ({ ...group, rules: [...group.rules, newLeaf(act.kind)] }));
    case "add_group":
      return changedGroup(root, act.to, (group) => ({
        ...group,
        // The other way of joining than around it: two groups of one kind would say nothing new.
        rules: [...group.rules, newGroup(group.match === "all" ? "any" : "all", [newLeaf("did")])],
      }));
    case "remove":
      return changed(root, act.id, () => []);
    case "move":
      return moved(root, act.id, act.by);
    case "copy":
      return changed(root, act.id, (node) => [node, copied(node)]);
    case "not":
      if (root.id === act.id) return { ...root, isNot: !root.isNot };
      return changed(root, act.id, (node) => [{ ...node, isNot: !node.isNot }]);
    case "match":
      return changedGroup(root, act.id, (group) => ({ ...group, match: act.match }));
    case "kind":
      return changed(root, act.id, (node) => [isGroup(node) ? node : { ...node, fact: kindChanged(node.fact, act.kind) }]);
    case "fact":
      return changed(root, act.id, (node) => [isGroup(node) ? node : { ...node, fact: act.fact }]);
  }
}

/** Another kind of fact, with what the two have in common: an event and its conditions. */
function kindChanged(fact: Fact, kind: FactKind): Fact {
  const next = blankFact(kind);
  const isHappening = (one: Fact) => one.kind === "did" || one.kind === "did_not";
  if (isHappening(fact) && isHappening(next)) {
    const { event, where, time } = fact as Extract<Fact, { kind: "did" | "did_not" }>;
    return { ...next, event, where, time } as Fact;
  }
  return next;
}

/** Whether a fact can be asked as it stands; a half-written one waits. */
export function isWholeFact(fact: Fact): boolean {
  switch (fact.kind) {
    case "did":
      return (
        fact.event.trim() !== "" &&
        (fact.total === "count" || fact.field !== "") &&
        (fact.bound === "at_most" || fact.low !== null) &&
        ((fact.bound !== "at_most" && fact.bound !== "between") || fact.high !== null)
      );
    case "did_not":
      return fact.event.trim() !== "";
    case "sequence":
      return fact.steps.every((step) => step.event.trim() !== "");
    case "trait":
      return fact.name !== "" && (fact.test.operator.startsWith("is_") || fact.test.value.trim() !== "");
    case "tag":
    case "audience":
    case "list":
      return fact.id !== "";
    case "level":
      return fact.scheme !== "" && fact.anyOf.length > 0;
    case "stage":
      return fact.anyOf.length > 0;
    case "score":
      return fact.model !== "" && fact.value !== null;
    case "consent":
      return fact.purpose !== "" && fact.channel !== "";
    case "sample":
      return fact.percent !== null;
    case "foreign":
      return true;
  }
}

/** The leaves of a tree that still lack something. */
export function unfinished(node: Node): string[] {
  if (isGroup(node)) return node.rules.flatMap(unfinished);
  return isWholeFact(node.fact) ? [] : [node.id];
}
