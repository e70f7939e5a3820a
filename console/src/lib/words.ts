/**
 * The words of single features, loaded with the page that says them, never with the first one.
 *
 * Each set is a namespace beside the common catalogue: `useTranslation("people")` looks in its own
 * set first and in the common one after, so that no key of a set may begin as a common one does.
 */
import i18next from "i18next";
import type { Language } from "@/lib/format";
import type audiences from "@/lib/languages/audiences.en.json";
import type blocked from "@/lib/languages/blocked.en.json";
import type duplicates from "@/lib/languages/duplicates.en.json";
import type entrance from "@/lib/languages/entrance.en.json";
import type exports from "@/lib/languages/exports.en.json";
import type funnel from "@/lib/languages/funnel.en.json";
import type identity from "@/lib/languages/identity.en.json";
import type imports from "@/lib/languages/imports.en.json";
import type interests from "@/lib/languages/interests.en.json";
import type levels from "@/lib/languages/levels.en.json";
import type live from "@/lib/languages/live.en.json";
import type metrics from "@/lib/languages/metrics.en.json";
import type people from "@/lib/languages/people.en.json";
import type privacy from "@/lib/languages/privacy.en.json";
import type problems from "@/lib/languages/problems.en.json";
import type quarantine from "@/lib/languages/quarantine.en.json";
import type rights from "@/lib/languages/rights.en.json";
import type settings from "@/lib/languages/settings.en.json";
import type sources from "@/lib/languages/sources.en.json";
import type traits from "@/lib/languages/traits.en.json";
import type vault from "@/lib/languages/vault.en.json";

/** What each set says, by its name. */
export interface WordSets {
  audiences: typeof audiences;
  blocked: typeof blocked;
  duplicates: typeof duplicates;
  entrance: typeof entrance;
  exports: typeof exports;
  funnel: typeof funnel;
  identity: typeof identity;
  imports: typeof imports;
  interests: typeof interests;
  levels: typeof levels;
  live: typeof live;
  metrics: typeof metrics;
  people: typeof people;
  privacy: typeof privacy;
  problems: typeof problems;
  quarantine: typeof quarantine;
  rights: typeof rights;
  settings: typeof settings;
  sources: typeof sources;
  traits: typeof traits;
  vault: typeof vault;
}

export type WordSet = keyof WordSets;

type Loader<Set extends WordSet> = () => Promise<{ default: WordSets[Set] }>;

const SETS: { [Set in WordSet]: Record<Language, Loader<Set>> } = {
  audiences: {
    zh: () => import("@/lib/languages/audiences.zh.json"),
    en: () => import("@/lib/languages/audiences.en.json"),
  },
  blocked: {
    zh: () => import("@/lib/languages/blocked.zh.json"),
    en: () => import("@/lib/languages/blocked.en.json"),
  },
  duplicates: {
    zh: () => import("@/lib/languages/duplicates.zh.json"),
    en: () => import("@/lib/languages/duplicates.en.json"),
  },
  entrance: {
    zh: () => import("@/lib/languages/entrance.zh.json"),
    en: () => import("@/lib/languages/entrance.en.json"),
  },
  exports: {
    zh: () => import("@/lib/languages/exports.zh.json"),
    en: () => import("@/lib/languages/exports.en.json"),
  },
  funnel: {
    zh: () => import("@/lib/languages/funnel.zh.json"),
    en: () => import("@/lib/languages/funnel.en.json"),
  },
  identity: {
    zh: () => import("@/lib/languages/identity.zh.json"),
    en: () => import("@/lib/languages/identity.en.json"),
  },
  imports: {
    zh: () => import("@/lib/languages/imports.zh.json"),
    en: () => import("@/lib/languages/imports.en.json"),
  },
  interests: {
    zh: () => import("@/lib/languages/interests.zh.json"),
    en: () => import("@/lib/languages/interests.en.json"),
  },
  levels: {
    zh: () => import("@/lib/languages/levels.zh.json"),
    en: () => import("@/lib/languages/levels.en.json"),
  },
  live: {
    zh: () => import("@/lib/languages/live.zh.json"),
    en: () => import("@/lib/languages/live.en.json"),
  },
  metrics: {
    zh: () => import("@/lib/languages/metrics.zh.json"),
    en: () => import("@/lib/languages/metrics.en.json"),
  },
  people: {
    zh: () => import("@/lib/languages/people.zh.json"),
    en: () => import("@/lib/languages/people.en.json"),
  },
  privacy: {
    zh: () => import("@/lib/languages/privacy.zh.json"),
    en: () => import("@/lib/languages/privacy.en.json"),
  },
  problems: {
    zh: () => import("@/lib/languages/problems.zh.json"),
    en: () => import("@/lib/languages/problems.en.json"),
  },
  quarantine: {
    zh: () => import("@/lib/languages/quarantine.zh.json"),
    en: () => import("@/lib/languages/quarantine.en.json"),
  },
  rights: {
    zh: () => import("@/lib/languages/rights.zh.json"),
    en: () => import("@/lib/languages/rights.en.json"),
  },
  settings: {
    zh: () => import("@/lib/languages/settings.zh.json"),
    en: () => import("@/lib/languages/settings.en.json"),
  },
  sources: {
    zh: () => import("@/lib/languages/sources.zh.json"),
    en: () => import("@/lib/languages/sources.en.json"),
  },
  traits: {
    zh: () => import("@/lib/languages/traits.zh.json"),
    en: () => import("@/lib/languages/traits.en.json"),
  },
  vault: {
    zh: () => import("@/lib/languages/vault.zh.json"),
    en: () => import("@/lib/languages/vault.en.json"),
  },
};

const wanted = new Set<WordSet>();

async function load(language: Language, set: WordSet): Promise<void> {
  if (i18next.hasResourceBundle(language, set)) return;
  const words = (await SETS[set][language]()).default;
  i18next.addResourceBundle(language, set, words);
}

/** Loads sets in the language at hand, and from now on in every language switched to. */
export async function loadWords(...sets: readonly WordSet[]): Promise<void> {
  for (const set of sets) wanted.add(set);
  const language: Language = i18next.language === "en" ? "en" : "zh";
  await Promise.all(sets.map((set) => load(language, set)));
}

/** Every set asked for so far, in a language that is about to be switched to. */
export async function loadWantedWords(language: Language): Promise<void> {
  await Promise.all([...wanted].map((set) => load(language, set)));
}

/** A lazy page together with the words it says. */
export function withWords<Page>(page: () => Promise<Page>, ...sets: readonly WordSet[]): () => Promise<Page> {
  return async () => {
    const [loaded] = await Promise.all([page(), loadWords(...sets)]);
    return loaded;
  };
}
