/** Answers as lines of a list. */
import { EvidenceList } from "@/features/people/interests/evidence-list";
import type { Line } from "@/features/people/interests/item-list";
import type { Neighbour, Scored } from "@/features/people/interests/interests";
import { PathHint } from "@/features/people/interests/path-hint";

const EVIDENCE_SHOWN = 2;

export function nearLines(neighbours: readonly Neighbour[]): Line[] {
  const most = Math.max(...neighbours.map((one) => one.chance), Number.MIN_VALUE);
  return neighbours.map((one) => ({
    item: one.item,
    share: one.chance / most,
    isInferred: false,
    words: <EvidenceList evidence={one.evidence} most={EVIDENCE_SHOWN} />,
  }));
}

export function scoredLines(scored: readonly Scored[]): Line[] {
  const most = Math.max(...scored.map((one) => one.score), Number.MIN_VALUE);
  return scored.map((one) => ({
    item: one.item,
    share: one.score / most,
    isInferred: one.points <= 0,
    words: <PathHint path={one.why} />,
  }));
}
