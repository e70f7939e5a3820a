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
