/** A timeline cut into the days of the workspace's zone. */
import { addDays, dayIn } from "@/lib/format-time";
import type { Happened } from "@/features/people/person/use-timeline";

export interface Day {
  day: string;
  items: Happened[];
  /** There may be more of this day on the next page. */
  isOpen: boolean;
}

/** Days in the order of the items; the last is open while there is more to come. */
export function daysOf(items: readonly Happened[], zone: string, hasMore: boolean): Day[] {
  const days: Day[] = [];
  for (const item of items) {
    const day = dayIn(new Date(item.time), zone);
    const last = days.at(-1);
    if (last?.day === day) last.items.push(item);
    else days.push({ day, items: [item], isOpen: false });
  }
  const last = days.at(-1);
  if (last) last.isOpen = hasMore;
  return days;
}

/** How far a day is from today: 0, 1, or undefined where its date says more than a word would. */
export function nearness(day: string, today: string): "today" | "yesterday" | undefined {
  if (day === today) return "today";
  return day === addDays(today, -1) ? "yesterday" : undefined;
}

const GLANCE_MAX = 2;
const GLANCE_LENGTH = 40;
/** What says most to a reader, in this order; addresses and offsets only say it again. */
const TELLING = ["name", "title", "product_name", "query", "coupon", "comment", "text", "category", "city", "live_id", "order_id"];

/** The few values that say most, short enough for a line. */
export function glance(properties: Record<string, unknown>): string[] {
  const told = TELLING.flatMap((key) => {
    const value = properties[key];
    return typeof value === "string" || typeof value === "number" ? [String(value)] : [];
  });
  return [...new Set(told)]
    .slice(0, GLANCE_MAX)
    .map((text) => (text.length > GLANCE_LENGTH ? `${text.slice(0, GLANCE_LENGTH)}…` : text));
}

export interface RoomVisited {
  live: string;
  first: string;
  last: string;
  events: number;
}

/** The shows of a run of live events, the newest first. */
export function roomsOf(items: readonly Happened[]): RoomVisited[] {
  const rooms = new Map<string, RoomVisited>();
  for (const { live_id: live, time } of items) {
    if (!live) continue;
    const room = rooms.get(live);
    if (!room) rooms.set(live, { live, first: time, last: time, events: 1 });
    else {
      room.events += 1;
      if (Date.parse(time) < Date.parse(room.first)) room.first = time;
      if (Date.parse(time) > Date.parse(room.last)) room.last = time;
    }
  }
  return [...rooms.values()].sort((a, b) => Date.parse(b.last) - Date.parse(a.last));
}
