/** An UpSet plot's columns and rows, worked out from the server's exact counts. */
import type { Schema } from "@/api/client";

export type OverlapSet = Schema["OverlapSet"];
export type Overlap = Schema["Overlap"];

export interface Combination {
  key: string;
  count: number;
  /** By set, in the sets' order: whether it is in. */
  isIn: boolean[];
  names: string[];
  /** Of everybody who is in at least one; undefined where nobody is. */
  share: number | undefined;
}

/** Largest first; of equal ones, those of fewer audiences first, then in the sets' own order. */
export function combinationsOf({ sets, intersections, union }: Overlap): Combination[] {
  const made = intersections
    .filter((one) => one.count > 0)
    .map((one) => {
      const isIn = sets.map((set) => one.audience_ids.includes(set.audience_id));
      return {
        key: isIn.map((is) => (is ? "1" : "0")).join(""),
        count: one.count,
        isIn,
        names: sets.filter((_, index) => isIn[index]).map((set) => set.name),
        share: union > 0 ? one.count / union : undefined,
      };
    });
  return made.sort(
    (a, b) => b.count - a.count || a.names.length - b.names.length || (a.key < b.key ? 1 : -1),
  );
}
