/** The stages of the life-cycle, in its order. */
export const STAGES = [
  "stranger", "reader", "follower", "lead", "first_order", "repeat", "advocate", "lapsing", "lost",
] as const;

/** How each stage is coloured: on the way, bought, and going away. */
export function stageColour(stage: string | null): string {
  if (stage === "first_order" || stage === "repeat" || stage === "advocate") return "green";
  if (stage === "lapsing") return "orange";
  if (stage === "lost") return "default";
  return "blue";
}

/** The schemes by which people are put on levels, and the levels of each. */
export const SCHEMES = ["frequency", "rfm", "rfm_recency", "rfm_frequency", "rfm_value"] as const;

const FIFTHS = ["1", "2", "3", "4", "5"];

export const LEVELS: Record<string, readonly string[]> = {
  frequency: ["none", "low", "medium", "high"],
  rfm: [
    "champions", "at_risk", "loyal", "big_spenders", "new", "promising", "needs_attention", "cooling", "dormant",
  ],
  rfm_recency: FIFTHS,
  rfm_frequency: FIFTHS,
  rfm_value: FIFTHS,
};
