import { describe, expect, it } from "vitest";
import en from "@/lib/languages/en.json";
import zh from "@/lib/languages/zh.json";

interface Words {
  [key: string]: string | Words;
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

describe("the two catalogues", () => {
  const english = flat(en);
  const chinese = flat(zh);

  it("have the same keys", () => {
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
});
