/** One catalogue per language, loaded when it is needed; the reader's choice is remembered here. */
import dayjs from "dayjs";
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Locale } from "antd/es/locale";
import type { Language } from "@/lib/format";
import type en from "@/lib/languages/en.json";
import { loadWantedWords, type WordSets } from "@/lib/words";

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en } & WordSets;
    fallbackNS: "translation";
    returnNull: false;
  }
}

interface LanguagePack {
  words: typeof en;
  ant: Locale;
  tag: string;
}

const PACKS: Record<Language, () => Promise<{ default: LanguagePack }>> = {
  zh: () => import("@/lib/languages/zh"),
  en: () => import("@/lib/languages/en"),
};

const STORED = "catchment.language";

/** The language to start in: the reader's last choice, else the browser's. */
export function startingLanguage(): Language {
  const stored = localStorage.getItem(STORED);
  if (stored === "zh" || stored === "en") return stored;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** A locale of the server's (zh-CN, en) as one of ours. */
export function languageOf(locale: string | null | undefined): Language {
  return locale?.toLowerCase().startsWith("en") ? "en" : "zh";
}

const antLocales = new Map<string, Locale>();

/** Ant Design's own words in the current language. */
export function antLocale(language: string): Locale | undefined {
  return antLocales.get(language);
}

/** Loads a language and switches everything to it. */
export async function switchLanguage(language: Language): Promise<void> {
  const [{ default: pack }] = await Promise.all([PACKS[language](), loadWantedWords(language)]);
  antLocales.set(language, pack.ant);
  dayjs.locale(pack.tag.toLowerCase());
  if (!i18next.isInitialized) {
    await i18next.use(initReactI18next).init({
      lng: language,
      resources: {},
      fallbackNS: "translation",
      interpolation: { escapeValue: false },
      returnNull: false,
    });
  }
  i18next.addResourceBundle(language, "translation", pack.words, true, true);
  await i18next.changeLanguage(language);
  document.documentElement.lang = pack.tag;
  localStorage.setItem(STORED, language);
}
