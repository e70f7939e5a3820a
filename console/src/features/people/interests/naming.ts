/** What nodes and deeds are called in the reader's language. */
import { useTranslation } from "react-i18next";
import type { Evidence, Item, Kind } from "@/features/people/interests/interests";
import { useFormat } from "@/lib/use-format";

const ID_SHOWN = 12;
const RELATIONS = new Set(["is_about", "is_of", "aired_in", "hosted_by", "showed"]);

function shortId(id: string): string {
  const bare = id.replace(/^per_/, "");
  return bare.length > ID_SHOWN ? `${bare.slice(0, ID_SHOWN - 4)}…` : bare;
}

/** Whether the entry tells of two things, and not of what somebody did. */
export function isRelation(evidence: Evidence): boolean {
  return RELATIONS.has(evidence.verb);
}

/** The name of a node: what events call it, else its id. */
export function useNameOf(): (item: Item) => string {
  const { t } = useTranslation("interests");
  const { language } = useFormat();
  return (item) => {
    const named = language === "en" ? item.name_en || item.name : item.name || item.name_en;
    if (named) return named;
    if (item.kind === "person") return t("interests.person", { id: shortId(item.id) });
    return item.kind === "content" ? t("interests.show", { id: item.id }) : item.id;
  };
}

export function useKindWord(): (kind: Kind, isMany?: boolean) => string {
  const { t } = useTranslation("interests");
  return (kind, isMany = false) => t(isMany ? `interestKinds.${kind}` : `interestKind.${kind}`);
}

/** One entry of evidence as a sentence: viewed 3 times, in show X, last on …. */
export function useEvidenceWords(): (evidence: Evidence) => string {
  const { t, i18n } = useTranslation("interests");
  const nameOf = useNameOf();
  const format = useFormat();
  return (evidence) => {
    const { verb, place, count, first_at: first, last_at: last } = evidence;
    const key = `interestVerb.${verb}`;
    // A verb that a newer server brings is shown as it is.
    const done = i18n.exists(key, { ns: "interests" }) ? t(key as "interestVerb.viewed") : verb;
    const shown = format.count(count);
    if (isRelation(evidence)) return [done, t("interestEvidence.told", { count, shown })].join(" · ");
    const times = t("interestEvidence.times", { count, shown });
    const where = place ? t("interestEvidence.place", { place: place.name ? nameOf(place) : place.id }) : "";
    const at = format.time(last);
    const when = count === 1 || first === last ? t("interestEvidence.once", { at }) : t("interestEvidence.last", { at });
    return [`${done} ${times}`, where, when].filter(Boolean).join(" · ");
  };
}
