/** What the server could not do, told in the reader's language by the problem's stable code. */
import i18next, { type TFunction } from "i18next";
import { Problem } from "@/api/client";
import type { WordSets } from "@/lib/words";

type KnownCode = keyof WordSets["problems"]["problems"];

export interface ProblemWords {
  title: string;
  detail: string;
  /** The title says all; otherwise the detail, in the server's English, says more. */
  isKnown: boolean;
}

/** Their sentence is general: only the server's detail says which column, field or rule it was. */
const PARTICULAR: ReadonlySet<string> = new Set<KnownCode>([
  "archive_refused", "broken_mapping", "column_missing", "input_invalid", "kind_kept", "kind_unknown", "malformed_body",
  "malformed_json", "retention_refused", "still_unfit", "unfit_filter", "unreadable_field", "unreadable_file",
]);

function detailOf(error: Problem): string {
  const fields = error.errors.map((one) => `${one.pointer ?? ""} ${one.detail ?? ""}`.trim());
  return [error.detail, ...fields].filter(Boolean).join(" · ");
}

/** A sentence of the set that is loaded with the first problem; empty while it is not, or not known. */
function sentenceOf(key: string): string {
  const told = i18next.getFixedT(null, "problems")(key as "problems.unforeseen", { defaultValue: "" });
  return told === key ? "" : told;
}

/** The rule that refused a grant, which says more than that it was refused. */
function ruleOf(error: Problem): string {
  const rules = error.errors.map((one) => sentenceOf(`grantRule.${one.code ?? ""}`)).filter(Boolean);
  return rules.length > 0 ? rules.join(" ") : detailOf(error);
}

/** By code where the catalogue knows it, by status where it does not, else as the server told it. */
export function problemWords(error: unknown, t: TFunction): ProblemWords {
  if (!(error instanceof Problem)) {
    const detail = error instanceof Error ? error.message : "";
    return { title: t("problem.unknown"), detail, isKnown: false };
  }
  if (error.status === 0) {
    return { title: t("problem.offline"), detail: t("problem.offlineHint"), isKnown: true };
  }
  const sentence = sentenceOf(`problems.${error.code}`);
  if (sentence && error.code === "grant_refused") return { title: sentence, detail: ruleOf(error), isKnown: true };
  if (sentence) {
    return { title: sentence, detail: PARTICULAR.has(error.code) ? detailOf(error) : "", isKnown: true };
  }
  // A status's own phrase, such as Unauthorized, tells a reader nothing: it stands only for want of more.
  const detail = detailOf(error) || error.title;
  if (error.status === 403) return { title: t("problem.denied"), detail, isKnown: false };
  if (error.status === 404) return { title: t("problem.missing"), detail, isKnown: false };
  if (error.status === 429 || error.status === 503) return { title: t("problem.busy"), detail, isKnown: false };
  return { title: t("problem.unknown"), detail, isKnown: false };
}
