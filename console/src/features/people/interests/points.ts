/** Points of interest as text: one decimal where it tells something. */
import { formatCount, type Language } from "@/lib/format";

const TENTHS = 10;
const WHOLE_FROM = 10;

export function pointsText(points: number, language: Language): string {
  if (Math.abs(points) >= WHOLE_FROM) return formatCount(Math.round(points), language);
  const tenths = Math.round(points * TENTHS) / TENTHS;
  if (tenths === 0 && points !== 0) return points > 0 ? "< 0.1" : "> −0.1";
  return tenths.toFixed(1).replace("-", "−");
}
