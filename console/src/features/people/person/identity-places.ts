/** Where each identifier stands in the picture: around the one that names the person. */
import type { IdentityEdge, IdentityNode } from "@/features/people/person/use-identity";

export interface PlaceOfNode {
  x: number;
  y: number;
  isBelow: boolean;
}

const MARGIN_X = 56;
const MARGIN_Y = 32;

/** An ellipse, begun at the top, so that the same person is always drawn the same. */
export function placed(nodes: readonly IdentityNode[], width: number, height: number): Map<string, PlaceOfNode> {
  const middle = nodes.find((node) => node.is_name_giver) ?? nodes[0];
  const around = nodes.filter((node) => node !== middle);
  const places = new Map<string, PlaceOfNode>();
  if (middle) places.set(middle.subject, { x: width / 2, y: height / 2, isBelow: true });
  around.forEach((node, index) => {
    // Half a step on, so that two stand left and right rather than above each other's names.
    const angle = (2 * Math.PI * (index + 0.5)) / around.length - Math.PI / 2;
    const y = height / 2 + Math.sin(angle) * (height / 2 - MARGIN_Y);
    places.set(node.subject, {
      x: Math.round(width / 2 + Math.cos(angle) * (width / 2 - MARGIN_X)),
      y: Math.round(y),
      isBelow: y > height / 2,
    });
  });
  return places;
}

export interface Join {
  left: string;
  right: string;
  verdict: IdentityEdge["verdict"];
  /** Everything that says so, the oldest first. */
  evidence: IdentityEdge[];
}

/** Edges by the pair they are between: what joins two identifiers may have been seen many times. */
export function joinsOf(edges: readonly IdentityEdge[]): Join[] {
  const joins = new Map<string, Join>();
  for (const edge of [...edges].sort((a, b) => Date.parse(a.first_at) - Date.parse(b.first_at))) {
    const [left, right] = edge.left < edge.right ? [edge.left, edge.right] : [edge.right, edge.left];
    const key = `${left} ${right}`;
    const join = joins.get(key) ?? { left, right, verdict: edge.verdict, evidence: [] };
    // One piece of evidence that counts is enough to join the two.
    if (edge.verdict === "joined") join.verdict = "joined";
    join.evidence.push(edge);
    joins.set(key, join);
  }
  return [...joins.values()];
}
