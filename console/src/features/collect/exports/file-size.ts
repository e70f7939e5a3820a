/** How large a file is, as people say it. */
import type { Language } from "@/lib/format";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
const STEP = 1024;
const TAG: Record<Language, string> = { zh: "zh-CN", en: "en-GB" };

export function fileSize(bytes: number, language: Language): string {
  const power = bytes < STEP ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const unit = UNITS[power] ?? "byte";
  return new Intl.NumberFormat(TAG[language], {
    style: "unit", unit, unitDisplay: unit === "byte" ? "long" : "short", maximumFractionDigits: 1,
  }).format(bytes / STEP ** power);
}
