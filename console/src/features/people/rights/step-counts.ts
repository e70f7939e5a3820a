/** The counts that a step's detail tells, as "3 keys, 1 values" or "facts 5, rows 0". */
export interface StepCount {
  name: string;
  many: number;
}

const PART = /^(?:(\d+) ([a-z_]+)|([a-z_]+) (\d+))$/;

/** What was counted, without what came to nothing; undefined where the detail is no list of counts. */
export function stepCounts(detail: string): StepCount[] | undefined {
  const counts: StepCount[] = [];
  for (const part of detail.split(", ")) {
    const found = PART.exec(part);
    if (!found) return undefined;
    counts.push({ name: found[2] ?? found[3] ?? "", many: Number(found[1] ?? found[4]) });
  }
  return counts.filter((one) => one.many > 0);
}
