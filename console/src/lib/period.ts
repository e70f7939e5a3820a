/** Periods as people choose them: whole days in the workspace's zone, turned into instants. */
import { addDays, dayIn, startOfDay } from "@/lib/format-time";

export const PRESETS = ["today", "yesterday", "7d", "14d", "30d", "90d"] as const;
export type Preset = (typeof PRESETS)[number];

/** A preset, or two days, the last one included. */
export type Period = Preset | `${string}..${string}`;

export interface Span {
  firstDay: string;
  lastDay: string;
  since: string;
  until: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Reads a period from the address; anything else gives the usual one. */
export function readPeriod(written: string | undefined, usual: Preset): Period {
  if (!written) return usual;
  const preset = PRESETS.find((one) => one === written);
  if (preset) return preset;
  const [first = "", last = ""] = written.split("..");
  return DAY.test(first) && DAY.test(last) && first <= last ? `${first}..${last}` : usual;
}

function daysOf(period: Period, today: string): [string, string] {
  if (period === "today") return [today, today];
  if (period === "yesterday") return [addDays(today, -1), addDays(today, -1)];
  const preset = /^(\d+)d$/.exec(period);
  if (preset) return [addDays(today, 1 - Number(preset[1])), today];
  const [first = today, last = today] = period.split("..");
  return [first, last];
}

/** The instants of a period: from the first day's start to the last day's end. */
export function spanOf(period: Period, zone: string, now: Date): Span {
  const [firstDay, lastDay] = daysOf(period, dayIn(now, zone));
  return {
    firstDay,
    lastDay,
    since: startOfDay(firstDay, zone).toISOString(),
    until: startOfDay(addDays(lastDay, 1), zone).toISOString(),
  };
}

/** How many days a period has. */
export function lengthInDays(span: Span): number {
  return Math.round((Date.parse(span.until) - Date.parse(span.since)) / 86_400_000);
}
