/** Words for what the server names by codes; a code that a newer server brings is shown as it is. */
import { useTranslation } from "react-i18next";

type Group = "kind" | "stage" | "via" | "verdict" | "verdictHint" | "decision" | "channel" | "purpose" | "consentState" | "rule" | "scheme" | "frequency" | "segment";

/** The word for a code in the people's catalogue. */
export function useWord(): (group: Group, code: string | null | undefined) => string {
  const { i18n } = useTranslation("people");
  return (group, code) => {
    if (!code) return "";
    const key = `${group}.${code}`;
    return i18n.exists(key, { ns: "people" }) ? i18n.t(key as "people.title", { ns: "people" }) : code;
  };
}
