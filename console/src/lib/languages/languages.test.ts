import { describe, expect, it } from "vitest";

interface Words {
  [key: string]: string | Words;
}

const COMMON = "common";

/** Every catalogue by its set and language: people.en.json is people in English, en.json common. */
const files = import.meta.glob<Words>("./*.json", { eager: true, import: "default" });
const catalogues = new Map<string, Map<string, Words>>();
for (const [path, words] of Object.entries(files)) {
  const [language = "", set = COMMON] = path.replace("./", "").replace(".json", "").split(".").reverse();
  catalogues.set(set, (catalogues.get(set) ?? new Map<string, Words>()).set(language, words));
}

function flat(words: Words, before = ""): Map<string, string> {
  return new Map(
    Object.entries(words).flatMap(([key, value]): [string, string][] =>
      typeof value === "string" ? [[before + key, value]] : [...flat(value, `${before}${key}.`)],
    ),
  );
}

function places(text: string | undefined): string[] {
  return [...(text ?? "").matchAll(/\{\{(\w+)\}\}/g)].map((found) => found[1] ?? "").sort();
}

it("finds the common catalogue and those of single features", () => {
  expect([...catalogues.keys()]).toContain(COMMON);
  expect(catalogues.size).toBeGreaterThan(5);
});

describe.each([...catalogues])("the two catalogues of %s", (set, pair) => {
  const english = flat(pair.get("en") ?? {});
  const chinese = flat(pair.get("zh") ?? {});

  it("have the same keys", () => {
    expect([...pair.keys()].sort()).toEqual(["en", "zh"]);
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("leave nothing empty", () => {
    const empty = [...english, ...chinese].filter(([, text]) => text.trim() === "");
    expect(empty).toEqual([]);
  });

  it("fill in the same values", () => {
    for (const [key, text] of english) expect(places(chinese.get(key)), key).toEqual(places(text));
  });

  it("never say a session, which is a word of ours for nothing", () => {
    const told = [...english].filter(([, text]) => /\bsession\b/i.test(text));
    expect(told).toEqual([]);
  });

  it("begin no key as the common one does, which would hide it", () => {
    const common = Object.keys(catalogues.get(COMMON)?.get("en") ?? {});
    const own = Object.keys(pair.get("en") ?? {});
    expect(set === COMMON ? [] : own.filter((key) => common.includes(key))).toEqual([]);
  });
});
