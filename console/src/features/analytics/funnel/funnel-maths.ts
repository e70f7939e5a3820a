/** What is drawn of a funnel, worked out from what the server counted. */
import type { Schema } from "@/api/client";

type Counted = Schema["FunnelStep"];

export interface DrawnStep {
  event: string;
  people: number;
  /** Share of the first step's people, in [0, 1]; null when nobody entered. */
  fromStart: number | null;
  /** Share of the step before's people; null for the first step and after an empty one. */
  fromPrevious: number | null;
  /** People of the step before who did not come this far. */
  dropped: number;
  droppedShare: number | null;
  medianSeconds: number | null;
  p90Seconds: number | null;
}

/** Each step with its drop-off; counts are the server's, nothing is rounded here. */
export function drawnSteps(steps: readonly Counted[]): DrawnStep[] {
  return steps.map((step, index) => {
    const before = steps[index - 1]?.people;
    const dropped = before === undefined ? 0 : before - step.people;
    return {
      event: step.event,
      people: step.people,
      fromStart: step.conversion_from_start,
      fromPrevious: index === 0 ? null : step.conversion_from_previous,
      dropped,
      droppedShare: before ? dropped / before : null,
      medianSeconds: index === 0 ? null : step.median_seconds,
      p90Seconds: index === 0 ? null : step.p90_seconds,
    };
  });
}

/** The whole funnel in one share: of those who entered, who came to the end. */
export function overall(steps: readonly DrawnStep[]): number | null {
  return steps.at(-1)?.fromStart ?? null;
}

/** The step that loses the largest share of the people before it; undefined where nobody is lost. */
export function worstStep(steps: readonly DrawnStep[]): number | undefined {
  let worst: number | undefined;
  steps.forEach((step, index) => {
    const share = step.droppedShare ?? 0;
    if (share > 0 && share > (worst === undefined ? 0 : (steps[worst]?.droppedShare ?? 0))) worst = index;
  });
  return worst;
}
