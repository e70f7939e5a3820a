/** Reasons in the reader's language; one that a newer server names is shown as it is. */
import { useTranslation } from "react-i18next";

export function useReasonWord(): (reason: string) => string {
  const { i18n } = useTranslation();
  return (reason) =>
    i18n.exists(`reason.${reason}`) ? i18n.t(`reason.${reason}` as "reason.invalid_text") : reason;
}
