/**
 * The words of single features, loaded with the page that says them, never with the first one.
 *
 * Each set is a namespace beside the common catalogue: `useTranslation("people")` looks in its own
 * set first and in the common one after, so that no key of a set may begin as a common one does.
 */
import i18next from "i18next";
import type { Language } from "@/lib/format";
import type audiences from "@/lib/languages/audiences.en.json";
import type duplicates from "@/lib/languages/duplicates.en.json";
import type funnel from "@/lib/languages/funnel.en.json";
import type identity from "@/lib/languages/identity.en.json";
import type imports from "@/lib/languages/imports.en.json";
import type install from "@/lib/languages/install.en.json";
import type interests from "@/lib/languages/interests.en.json";
import type levels from "@/lib/languages/levels.en.json";
import type people from "@/lib/languages/people.en.json";
import type quarantine from "@/lib/languages/quarantine.en.json";
import type settings from "@/lib/languages/settings.en.json";
import type traits from "@/lib/languages/traits.en.json";

/** What each set says, by its name. */
export interface WordSets {
  audiences: typeof audiences;
  duplicates: typeof duplicates;
  funnel: typeof funnel;
  identity: typeof identity;
  imports: typeof imports;
  install: typeof install;
  interests: typeof interests;
  levels: typeof levels;
  people: typeof people;
  quarantine: typeof quarantine;
  settings: typeof settings;
  traits: typeof traits;
}

export type WordSet = keyof WordSets;

type Loader<Set extends WordSet> = () => Promise<{ default: WordSets[Set] }>;

const SETS: { [Set in WordSet]: Record<Language, Loader<Set>> } = {
  audiences: {
    zh: () => import("@/lib/languages/audiences.zh.json"),
    en: () => import("@/lib/languages/audiences.en.json"),
  },
  duplicates: {
    zh: () => import("@/lib/languages/duplicates.zh.json"),
    en: () => import("@/lib/languages/duplicates.en.json"),
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
  install: {
    zh: () => import("@/lib/languages/install.zh.json"),
    en: () => import("@/lib/languages/install.en.json"),
  },
  interests: {
    zh: () => import("@/lib/languages/interests.zh.json"),
    en: () => import("@/lib/languages/interests.en.json"),
  },
  levels: {
    zh: () => import("@/lib/languages/levels.zh.json"),
    en: () => import("@/lib/languages/levels.en.json"),
  },
  people: {
    zh: () => import("@/lib/languages/people.zh.json"),
    en: () => import("@/lib/languages/people.en.json"),
  },
  quarantine: {
    zh: () => import("@/lib/languages/quarantine.zh.json"),
    en: () => import("@/lib/languages/quarantine.en.json"),
  },
  settings: {
    zh: () => import("@/lib/languages/settings.zh.json"),
    en: () => import("@/lib/languages/settings.en.json"),
  },
  traits: {
    zh: () => import("@/lib/languages/traits.zh.json"),
    en: () => import("@/lib/languages/traits.en.json"),
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
