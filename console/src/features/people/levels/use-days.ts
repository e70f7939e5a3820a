/** Days of 24 hours as people say them; a dash of nobody. */
import { NO_VALUE } from "@/lib/format";
import { useFormat } from "@/lib/use-format";

const DAY_SECONDS = 86_400;

export function useDays(): (days: number | null) => string {
  const format = useFormat();
  return (days) => (days === null ? NO_VALUE : format.duration(days * DAY_SECONDS));
}
