// @vitest-environment jsdom
import i18next from "i18next";
import { expect, it } from "vitest";
import { switchLanguage } from "@/lib/i18n";
import { withWords } from "@/lib/words";

it("loads a page's words with the page, and again when the language changes", async () => {
  await switchLanguage("en");
  expect(i18next.exists("people.title", { ns: "people" })).toBe(false);
  const page = await withWords(() => Promise.resolve("the page"), "people")();
  expect(page).toBe("the page");
  const t = (key: "people.title" | "action.save") => i18next.getFixedT(null, "people")(key);
  expect(t("people.title")).toBe("People");
  // What the set does not have, the common catalogue has.
  expect(t("action.save")).toBe("Save");
  await switchLanguage("zh");
  expect(t("people.title")).toBe("客户");
});
