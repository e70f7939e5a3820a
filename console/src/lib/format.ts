/**
 * How numbers, money and time are written: the only file that decides it.
 *
 * Chinese readers count in 万 and 亿; others in thousands. A missing value is a dash, never 0.
 */
export type Language = "zh" | "en";

export const NO_VALUE = "–";

const TAG: Record<Language, string> = { zh: "zh-CN", en: "en-GB" };
const MINUS = "−";

const formatters = new Map<string, Intl.NumberFormat>();

function numberFormat(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = language + JSON.stringify(options);
  let found = formatters.get(key);
  if (!found) {
    found = new Intl.NumberFormat(TAG[language], options);
    formatters.set(key, found);
  }
  return found;
}

/** A whole count, every digit shown: 1,234,567. */
export function formatCount(value: number | null | undefined, language: Language): string {
  if (value == null || !Number.isFinite(value)) return NO_VALUE;
  return numberFormat(language, { maximumFractionDigits: 2 }).format(value).replace("-", MINUS);
}

interface Scaled {
  value: number;
  unit: string;
}

function scaled(value: number, language: Language): Scaled {
  const size = Math.abs(value);
  if (language === "zh") {
    // 9,999.6 万 would round to 1 亿: choose the unit after rounding.
    if (size >= 99_995_000) return { value: value / 1e8, unit: "亿" };
    if (size >= 9_999.5) return { value: value / 1e4, unit: "万" };
    return { value, unit: "" };
  }
  if (size >= 999_950_000) return { value: value / 1e9, unit: "B" };
  if (size >= 999_950) return { value: value / 1e6, unit: "M" };
  if (size >= 99_999.5) return { value: value / 1e3, unit: "K" };
  return { value, unit: "" };
}

function digitsFor(value: number): number {
  const size = Math.abs(value);
  if (size >= 100) return 1;
  return 2;
}

/** A count for a tile or an axis: 12.3万 / 123K. */
export function formatShort(value: number | null | undefined, language: Language): string {
  if (value == null || !Number.isFinite(value)) return NO_VALUE;
  const part = scaled(value, language);
  const digits = part.unit ? digitsFor(part.value) : Number.isInteger(part.value) ? 0 : 2;
  const text = numberFormat(language, { maximumFractionDigits: digits }).format(part.value);
  return text.replace("-", MINUS) + part.unit;
}

/** How many digits the currency's minor unit has: 2 for CNY, 0 for JPY. */
export function minorDigits(currency: string): number {
  try {
    return (
      new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions()
        .maximumFractionDigits ?? 2
    );
  } catch {
    return 2;
  }
}

function currencySign(currency: string, language: Language): string {
  try {
    const parts = numberFormat(language, {
      style: "currency",
      currency,
      currencyDisplay: "narrowSymbol",
    }).formatToParts(0);
    return parts.find((part) => part.type === "currency")?.value ?? currency;
  } catch {
    return `${currency} `;
  }
}

/** Money in integer minor units, written in full: ¥1,234.50. */
export function formatMoney(
  minor: number | null | undefined,
  currency: string,
  language: Language,
): string {
  if (minor == null || !Number.isFinite(minor)) return NO_VALUE;
  const digits = minorDigits(currency);
  const value = minor / 10 ** digits;
  const text = numberFormat(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(Math.abs(value));
  return (value < 0 ? MINUS : "") + currencySign(currency, language) + text;
}

/** Money for a tile or an axis: ¥12.3万. */
export function formatMoneyShort(
  minor: number | null | undefined,
  currency: string,
  language: Language,
): string {
  if (minor == null || !Number.isFinite(minor)) return NO_VALUE;
  const value = minor / 10 ** minorDigits(currency);
  if (!scaled(value, language).unit) return formatMoney(minor, currency, language);
  const sign = value < 0 ? MINUS : "";
  return sign + currencySign(currency, language) + formatShort(Math.abs(value), language);
}

/** A share in [0, 1] as a percentage. */
export function formatShare(
  share: number | null | undefined,
  language: Language,
  digits = 1,
): string {
  if (share == null || !Number.isFinite(share)) return NO_VALUE;
  return numberFormat(language, { style: "percent", maximumFractionDigits: digits })
    .format(share)
    .replace("-", MINUS);
}

/** The relative change from `before` to `now`; undefined where there is nothing to compare with. */
export function relativeChange(
  now: number | null | undefined,
  before: number | null | undefined,
): number | undefined {
  if (now == null || before == null || before === 0) return undefined;
  return (now - before) / Math.abs(before);
}

const UNITS: Record<Language, [number, string][]> = {
  zh: [
    [86_400, " 天"],
    [3_600, " 小时"],
    [60, " 分"],
    [1, " 秒"],
  ],
  en: [
    [86_400, " d"],
    [3_600, " h"],
    [60, " min"],
    [1, " s"],
  ],
};

/** A length of time in its two largest units: 1 h 12 min. */
export function formatDuration(seconds: number | null | undefined, language: Language): string {
  if (seconds == null || !Number.isFinite(seconds)) return NO_VALUE;
  if (seconds > 0 && seconds < 10) {
    return numberFormat(language, { maximumFractionDigits: 1 }).format(seconds) + UNITS[language][3]?.[1];
  }
  let rest = Math.round(seconds);
  const parts: string[] = [];
  for (const [size, unit] of UNITS[language]) {
    const many = Math.floor(rest / size);
    rest -= many * size;
    if (many > 0) parts.push(`${String(many)}${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.length > 0 ? parts.join(" ") : `0${UNITS[language][3]?.[1] ?? ""}`;
}
