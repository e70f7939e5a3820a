/** How instants are written: always in a named zone, never in the browser's by accident. */
import { NO_VALUE, type Language } from "@/lib/format";

const TAG: Record<Language, string> = { zh: "zh-CN", en: "en-GB" };

export type TimeStyle = "minute" | "second" | "millisecond" | "day" | "hour" | "clock";

const STYLES: Record<TimeStyle, Intl.DateTimeFormatOptions> = {
  minute: { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" },
  second: {
    year: "numeric", month: "2-digit", day: "2-digit",
    hour: "2-digit", minute: "2-digit", second: "2-digit",
  },
  millisecond: { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 },
  day: { month: "2-digit", day: "2-digit" },
  hour: { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" },
  clock: { hour: "2-digit", minute: "2-digit" },
};

function partsOf(instant: Date, zone: string, options: Intl.DateTimeFormatOptions) {
  const formatter = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone, hourCycle: "h23" });
  return Object.fromEntries(formatter.formatToParts(instant).map((part) => [part.type, part.value]));
}

/** An instant in a zone, as 2026-11-22 13:05. */
export function formatInstant(
  iso: string | number | Date | null | undefined,
  zone: string,
  style: TimeStyle = "minute",
): string {
  if (iso == null) return NO_VALUE;
  const instant = new Date(iso);
  if (Number.isNaN(instant.getTime())) return NO_VALUE;
  const part = partsOf(instant, zone, STYLES[style]);
  const day = [part["year"], part["month"], part["day"]].filter(Boolean).join("-");
  let clock = [part["hour"], part["minute"], part["second"]].filter(Boolean).join(":");
  if (part["fractionalSecond"]) clock += `.${part["fractionalSecond"]}`;
  return [day, clock].filter(Boolean).join(" ");
}

/** The calendar day of an instant in a zone, YYYY-MM-DD. */
export function dayIn(instant: Date, zone: string): string {
  const part = partsOf(instant, zone, { year: "numeric", month: "2-digit", day: "2-digit" });
  return `${part["year"] ?? ""}-${part["month"] ?? ""}-${part["day"] ?? ""}`;
}

/** The zone's offset from UTC at an instant, in minutes. */
export function offsetMinutes(instant: Date, zone: string): number {
  const part = partsOf(instant, zone, STYLES.second);
  const asUtc = Date.UTC(
    Number(part["year"]), Number(part["month"]) - 1, Number(part["day"]),
    Number(part["hour"]), Number(part["minute"]), Number(part["second"]),
  );
  return Math.round((asUtc - Math.floor(instant.getTime() / 1000) * 1000) / 60_000);
}

/** The instant at which a calendar day begins in a zone. */
export function startOfDay(day: string, zone: string): Date {
  const guess = new Date(`${day}T00:00:00Z`);
  const first = new Date(guess.getTime() - offsetMinutes(guess, zone) * 60_000);
  // Once more, because the offset may differ on the two sides of a clock change.
  return new Date(guess.getTime() - offsetMinutes(first, zone) * 60_000);
}

/** A calendar day moved by whole days. */
export function addDays(day: string, days: number): string {
  const moved = new Date(`${day}T00:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10);
}

/** The zone as a reader knows it: Asia/Shanghai (UTC+8). */
export function zoneName(zone: string, at: Date = new Date()): string {
  const minutes = offsetMinutes(at, zone);
  const hours = Math.floor(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  const sign = minutes < 0 ? "−" : "+";
  const tail = rest ? `:${String(rest).padStart(2, "0")}` : "";
  return `${zone} (UTC${sign}${String(hours)}${tail})`;
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** How long ago, in words: 3 minutes ago. */
export function formatAgo(
  iso: string | null | undefined,
  language: Language,
  now: number = Date.now(),
): string {
  if (!iso) return NO_VALUE;
  const seconds = (new Date(iso).getTime() - now) / 1000;
  const words = new Intl.RelativeTimeFormat(TAG[language], { numeric: "auto" });
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return words.format(Math.round(seconds / size), unit);
  }
  return words.format(0, "second");
}
