/** The formatters, bound to the reader's language and the workspace's zone and currency. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import {
  formatCount, formatDuration, formatMoney, formatMoneyShort, formatShare, formatShort,
  type Language,
} from "@/lib/format";
import { formatAgo, formatInstant, zoneName, type TimeStyle } from "@/lib/format-time";
import { useMaybeWorkspace } from "@/lib/workspace";

export type Unit = string;

/** The reader's language. */
export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return i18n.language === "en" ? "en" : "zh";
}

export interface Formatters {
  language: Language;
  zone: string;
  zoneLabel: string;
  count: (value: number | null | undefined) => string;
  short: (value: number | null | undefined) => string;
  money: (minor: number | null | undefined, currency?: string | null) => string;
  share: (share: number | null | undefined, digits?: number) => string;
  duration: (seconds: number | null | undefined) => string;
  time: (iso: string | number | Date | null | undefined, style?: TimeStyle) => string;
  ago: (iso: string | null | undefined) => string;
  value: (value: number | null | undefined, unit: Unit, currency?: string | null) => string;
  valueShort: (value: number | null | undefined, unit: Unit, currency?: string | null) => string;
}

/** Formatters for the page at hand. */
export function useFormat(): Formatters {
  const language = useLanguage();
  const workspace = useMaybeWorkspace();
  const zone = workspace?.time_zone ?? "Asia/Shanghai";
  const home = workspace?.currency ?? "CNY";
  return useMemo(() => {
    const money = (minor: number | null | undefined, currency?: string | null) =>
      formatMoney(minor, currency ?? home, language);
    const share = (value: number | null | undefined, digits?: number) =>
      formatShare(value, language, digits);
    return {
      language,
      zone,
      zoneLabel: zoneName(zone),
      count: (value) => formatCount(value, language),
      short: (value) => formatShort(value, language),
      money,
      share,
      duration: (seconds) => formatDuration(seconds, language),
      time: (iso, style) => formatInstant(iso, zone, style),
      ago: (iso) => formatAgo(iso, language),
      value: (value, unit, currency) => {
        if (isMoney(unit)) return money(value, currency);
        if (isShare(unit)) return share(value);
        return formatCount(value, language);
      },
      valueShort: (value, unit, currency) => {
        if (isMoney(unit)) return formatMoneyShort(value, currency ?? home, language);
        if (isShare(unit)) return share(value);
        return formatShort(value, language);
      },
    };
  }, [language, zone, home]);
}

/** Whether a metric's unit is money in minor units. */
export function isMoney(unit: Unit): boolean {
  return unit === "money" || unit === "money_minor" || unit === "minor";
}

/** Whether a metric's unit is a share in [0, 1]. */
export function isShare(unit: Unit): boolean {
  return unit === "share" || unit === "ratio" || unit === "percent";
}
