/** What the server found wrong with a rule, told at the very node it is about. */
import { useTranslation } from "react-i18next";
import { Problem } from "@/api/client";
import { nodeAt, type WrittenRule } from "@/features/people/audiences/rules/write-rule";

/** Problems by the node they belong to; only those whose place is known. */
export function useWrongPlaces(written: WrittenRule, errors: readonly unknown[]): Map<string, string> {
  const { t, i18n } = useTranslation("audiences");
  const wrong = new Map<string, string>();
  for (const error of errors) {
    if (!(error instanceof Problem)) continue;
    for (const { pointer, detail, code } of error.errors) {
      if (pointer === undefined) continue;
      const node = nodeAt(written, pointer);
      if (!node) continue;
      const key = `ruleProblem.${code ?? ""}`;
      const words = code && i18n.exists(key, { ns: "audiences" }) ? t(key as "ruleProblem.not_a_rule") : "";
      const told = words || detail || error.detail;
      const before = wrong.get(node);
      wrong.set(node, before && before !== told ? `${before} ${told}` : told);
    }
  }
  return wrong;
}
