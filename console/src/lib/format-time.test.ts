import { describe, expect, it } from "vitest";
import { addDays, dayIn, formatAgo, formatInstant, startOfDay, zoneName } from "@/lib/format-time";
import { lengthInDays, readPeriod, spanOf } from "@/lib/period";

describe("an instant", () => {
  it("is written in the zone that is asked for, not the browser's", () => {
    const instant = "2026-11-22T16:30:05Z";
    expect(formatInstant(instant, "Asia/Shanghai", "second")).toBe("2026-11-23 00:30:05");
    expect(formatInstant(instant, "America/New_York")).toBe("2026-11-22 11:30");
    expect(formatInstant(instant, "Asia/Shanghai", "clock")).toBe("00:30");
  });

  it("is told how long ago, in words", () => {
    const now = Date.parse("2026-11-22T12:00:00Z");
    expect(formatAgo("2026-11-22T11:57:00Z", "zh", now)).toBe("3分钟前");
    expect(formatAgo("2026-11-22T10:00:00Z", "en", now)).toBe("2 hours ago");
  });

  it("belongs to its zone's day", () => {
    expect(dayIn(new Date("2026-11-22T16:30:00Z"), "Asia/Shanghai")).toBe("2026-11-23");
    expect(zoneName("Asia/Shanghai")).toBe("Asia/Shanghai (UTC+8)");
  });
});

describe("a day", () => {
  it("begins at midnight of its zone, also on the day the clocks change", () => {
    expect(startOfDay("2026-11-22", "Asia/Shanghai").toISOString()).toBe("2026-11-21T16:00:00.000Z");
    expect(startOfDay("2026-03-29", "Europe/London").toISOString()).toBe("2026-03-29T00:00:00.000Z");
    expect(startOfDay("2026-03-30", "Europe/London").toISOString()).toBe("2026-03-29T23:00:00.000Z");
    expect(addDays("2026-02-28", 1)).toBe("2026-03-01");
  });
});

describe("a period", () => {
  const now = new Date("2026-11-22T06:00:00Z");

  it("of seven days ends with today and has seven days", () => {
    const span = spanOf("7d", "Asia/Shanghai", now);
    expect([span.firstDay, span.lastDay]).toEqual(["2026-11-16", "2026-11-22"]);
    expect(span.until).toBe("2026-11-22T16:00:00.000Z");
    expect(lengthInDays(span)).toBe(7);
  });

  it("from an address is a preset or two days in order, else the usual one", () => {
    expect(readPeriod("2026-01-01..2026-01-31", "7d")).toBe("2026-01-01..2026-01-31");
    expect(readPeriod("2026-02-01..2026-01-31", "7d")).toBe("7d");
    expect(readPeriod("'; drop table", "30d")).toBe("30d");
  });
});
