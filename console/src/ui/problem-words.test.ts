// @vitest-environment jsdom
import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import { Problem } from "@/api/client";
import { switchLanguage } from "@/lib/i18n";
import { loadWords } from "@/lib/words";
import { problemWords } from "@/ui/problem-words";

beforeAll(async () => {
  await switchLanguage("zh");
  await loadWords("problems");
});

const told = (status: number, code: string, detail: string) =>
  problemWords(new Problem(status, "Unauthorized", detail, code), i18next.t);

describe("a problem on a Chinese page", () => {
  it("is told in Chinese where its code is known, without the server's English", () => {
    const words = told(401, "wrong_credentials", "The e-mail or the password is wrong.");
    expect(words).toEqual({ title: "邮箱或密码不正确。", detail: "", isKnown: true });
  });

  it("keeps the server's detail beneath a sentence that is general", () => {
    const words = told(409, "still_unfit", "`event` is missing");
    expect(words.title).toBe("这条数据仍无法成为事件。");
    expect(words.detail).toBe("`event` is missing");
  });

  it("falls back to the server's detail, and never heads it with a status's phrase", () => {
    const words = told(401, "born_tomorrow", "Nobody knows this yet.");
    expect(words).toEqual({ title: "出错了", detail: "Nobody knows this yet.", isKnown: false });
  });

  it("names the rule that refused a grant", () => {
    const refused = new Problem(403, "Forbidden", "It is for another purpose.", "grant_refused", [{ code: "purpose" }]);
    expect(problemWords(refused, i18next.t)).toEqual({ title: "此授权不适用。", detail: "它用于另一种用途。", isKnown: true });
  });
});
