/** A rule's leaf in a sentence short enough for a line. */
import { useTranslation } from "react-i18next";
import { useAudienceNames } from "@/features/people/audiences/use-names";
import type { Condition, Fact, Happening, Time } from "@/features/people/audiences/rules/tree";
import { useWord } from "@/features/people/shared/words";
import { useFormat } from "@/lib/use-format";
import { needsValue } from "@/lib/filters";

const SPAN = /^(\d+)([smhdw])$/;

/** A span such as 30d in the reader's words. */
export function useSpanWords(): (span: string) => string {
  const { t } = useTranslation("audiences");
  return (span) => {
    const [, many, unit] = SPAN.exec(span) ?? [];
    if (!many || !unit) return span;
    return t(`span.${unit as "s" | "m" | "h" | "d" | "w"}`, { many, count: Number(many) });
  };
}

export function useFactWords(): (fact: Fact) => string {
  const { t } = useTranslation("audiences");
  const format = useFormat();
  const word = useWord();
  const span = useSpanWords();
  const names = useAudienceNames();

  const condition = (one: Condition) =>
    [one.field.replace(/^properties\./, ""), t(`operator.${one.operator}`), needsValue(one.operator) ? one.value : ""]
      .filter(Boolean)
      .join(" ");
  const happening = ({ event, where }: Happening) =>
    where.length > 0
      ? t("words.where", { event, where: where.map(condition).join(t("list.comma")) })
      : event;
  const time = (when: Time) => {
    if (when.kind === "ever") return t("words.ever");
    if (when.kind === "within") return t("words.within", { span: span(when.span) });
    const [since, until] = [when.since, when.until].map((at) => (at ? format.time(at) : "…"));
    return t("words.between", { since, until });
  };

  return (fact) => {
    switch (fact.kind) {
      case "did": {
        const total = fact.total === "count" ? t("total.count") : t("words.total", { total: t(`total.${fact.total}`), field: fact.field });
        const [low, high] = [format.count(fact.low), format.count(fact.high)];
        const bound = t(`boundWords.${fact.bound}`, { low, high });
        return t("words.did", { event: happening(fact), total, bound, time: time(fact.time) });
      }
      case "did_not":
        return t("words.didNot", { event: happening(fact), time: time(fact.time) });
      case "sequence":
        return t("words.sequence", {
          steps: fact.steps.map(happening).join(" → "),
          within: fact.within ? t("words.inAll", { span: span(fact.within) }) : "",
          time: time(fact.time),
        });
      case "trait":
        return condition({ ...fact.test, field: fact.name });
      case "tag":
        return t(fact.isHeld ? "words.tag" : "words.noTag", { name: names.tag(fact.id) });
      case "level":
        return t("words.level", { scheme: word("scheme", fact.scheme), list: fact.anyOf.map((one) => word(fact.scheme === "rfm" ? "segment" : "frequency", one)).join(t("list.comma")) });
      case "stage":
        return t("words.stage", { list: fact.anyOf.map((one) => word("stage", one)).join(t("list.comma")) });
      case "score":
        return [fact.model, t(`operator.${fact.operator}`), String(fact.value ?? "")].join(" ");
      case "consent":
        return t("words.consent", { purpose: word("purpose", fact.purpose), channel: word("channel", fact.channel), state: word("consentState", fact.state) });
      case "audience":
        return t(fact.isIn ? "words.audience" : "words.noAudience", { name: names.audience(fact.id) });
      case "list":
        return t(fact.isIn ? "words.list" : "words.noList", { name: names.list(fact.id) });
      case "sample":
        return t("words.sample", { percent: fact.percent ?? 0 });
      case "foreign":
        return JSON.stringify(fact.json);
    }
  };
}
