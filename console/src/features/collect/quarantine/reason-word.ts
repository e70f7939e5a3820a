/** Reasons in the reader's language; one that a newer server names is shown as it is. */
import { useTranslation } from "react-i18next";

export function useReasonWord(): (reason: string) => string {
  const { i18n } = useTranslation();
  return (reason) =>
    i18n.exists(`reason.${reason}`) ? i18n.t(`reason.${reason}` as "reason.invalid_text") : reason;
}

/** What to do about a reason, beside its word. */
export function useReasonHint(): (reason: string) => { title: string; hint: string } {
  const { i18n } = useTranslation("quarantine");
  const wordOf = useReasonWord();
  return (reason) => {
    const key = `reasonHint.${reason}`;
    const hint = i18n.exists(key, { ns: "quarantine" }) ? i18n.t(key as "reasonHint.invalid_text", { ns: "quarantine" }) : "";
    return { title: wordOf(reason), hint };
  };
}
