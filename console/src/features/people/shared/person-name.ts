/** A person's name, or a short word for one whose name nobody told. */
import { useTranslation } from "react-i18next";

const SHOWN = 8;

interface Named {
  person: string;
  name?: string | null;
}

/** The beginning of an id, without the prefix that all of them share. */
export function shortPerson(person: string): string {
  return person.replace(/^per_/, "").slice(0, SHOWN);
}

export function usePersonName(): (named: Named) => string {
  const { t } = useTranslation("people");
  return ({ person, name }) => name ?? t("person.nameless", { id: shortPerson(person) });
}
