import { describe, expect, it } from "vitest";
import {
  formatCount, formatDuration, formatMoney, formatMoneyShort, formatShare, formatShort, NO_VALUE,
  relativeChange,
} from "@/lib/format";

describe("a number", () => {
  it("is a dash when there is none, never 0", () => {
    for (const write of [formatCount, formatShort, formatShare, formatDuration]) {
      expect(write(null, "zh")).toBe(NO_VALUE);
      expect(write(Number.NaN, "en")).toBe(NO_VALUE);
    }
    expect(formatMoney(undefined, "CNY", "zh")).toBe(NO_VALUE);
    expect(formatCount(0, "zh")).toBe("0");
  });

  it.each([
    [9_999, "9,999"],
    [12_345, "1.23万"],
    [1_234_567, "123.5万"],
    [99_999_999, "1亿"],
    [123_456_789, "1.23亿"],
    [-12_345, "−1.23万"],
  ])("%d is short in Chinese as %s", (value, text) => {
    expect(formatShort(value, "zh")).toBe(text);
  });

  it.each([
    [12_345, "12,345"],
    [123_456, "123.5K"],
    [1_234_567, "1.23M"],
    [999_960, "1M"],
  ])("%d is short in English as %s", (value, text) => {
    expect(formatShort(value, "en")).toBe(text);
  });
});

describe("money", () => {
  it("is written from minor units by its currency's own digits", () => {
    expect(formatMoney(123_450, "CNY", "zh")).toBe("¥1,234.50");
    expect(formatMoney(1_234, "JPY", "en")).toBe("¥1,234");
    expect(formatMoney(-50, "USD", "en")).toBe("−$0.50");
  });

  it("is short in 万 of the major unit", () => {
    expect(formatMoneyShort(12_834_590, "CNY", "zh")).toBe("¥12.83万");
    expect(formatMoneyShort(99_900, "CNY", "zh")).toBe("¥999.00");
  });
});

describe("a share and a change", () => {
  it("is a percentage", () => {
    expect(formatShare(0.0342, "zh")).toBe("3.4%");
    expect(formatShare(1, "en")).toBe("100%");
  });

  it("has no change to tell from nothing", () => {
    expect(relativeChange(5, 0)).toBeUndefined();
    expect(relativeChange(5, null)).toBeUndefined();
    expect(relativeChange(6, 4)).toBe(0.5);
  });
});

describe("a duration", () => {
  it.each([
    [0, "0 s"],
    [1.42, "1.4 s"],
    [59.6, "1 min"],
    [107, "1 min 47 s"],
    [90_061, "1 d 1 h"],
    [86_400 + 30, "1 d"],
  ])("%d seconds is %s", (seconds, text) => {
    expect(formatDuration(seconds, "en")).toBe(text);
  });
});
