/** A computed trait as its editor holds it, and as the server is asked for it. */
import type { Schema } from "@/api/client";
import { asks, type Filter } from "@/lib/filters";

export type Aggregate = Schema["Aggregate"];
export type TraitType = Schema["TraitType"];
export type TraitAsk = Schema["TraitAsk"];

export const AGGREGATES: readonly Aggregate[] = [
  "count", "sum", "average", "min", "max", "first", "last", "most_frequent", "unique", "distinct",
  "days_since_last", "days_since_first", "active_days", "first_at", "last_at",
];

const WITHOUT_FIELD: readonly Aggregate[] = [
  "count", "days_since_last", "days_since_first", "active_days", "first_at", "last_at",
];

/** The column of amounts, which needs to say its currency. */
export const AMOUNT = "amount_minor";

export interface TraitDraft {
  name: string;
  labelZh: string;
  labelEn: string;
  event: string;
  filters: Filter[];
  aggregate: Aggregate;
  field: string;
  /** Days back from now; null for all time. */
  days: number | null;
  currency: string;
  /** Whether first and last of the field are numbers. */
  isNumber: boolean;
}

export function blankTrait(currency: string): TraitDraft {
  return {
    name: "", labelZh: "", labelEn: "", event: "", filters: [], aggregate: "count", field: "", days: 90,
    currency, isNumber: false,
  };
}

export function needsField(aggregate: Aggregate): boolean {
  return !WITHOUT_FIELD.includes(aggregate);
}

/** Whether a field's values may be told apart as numbers or texts only by asking. */
export function asksNumber(aggregate: Aggregate): boolean {
  return aggregate === "first" || aggregate === "last";
}

/** What the answers of a draft are. */
export function typeOf({ aggregate, field, isNumber }: TraitDraft): TraitType {
  if (aggregate === "unique") return "list";
  if (aggregate === "first_at" || aggregate === "last_at") return "date";
  if (aggregate === "most_frequent") return "text";
  if (asksNumber(aggregate)) {
    if (field === AMOUNT) return "money";
    return isNumber ? "number" : "text";
  }
  return field === AMOUNT && needsField(aggregate) && aggregate !== "distinct" ? "money" : "number";
}

/** The question to the server; undefined while something is missing. */
export function traitAsk(draft: TraitDraft): TraitAsk | undefined {
  const isFielded = needsField(draft.aggregate);
  if (!draft.event.trim() || (isFielded && !draft.field)) return undefined;
  const type = typeOf(draft);
  return {
    // A name that is not chosen yet does not keep the preview waiting.
    name: draft.name || "unnamed",
    label_zh: draft.labelZh || draft.labelEn || draft.name || "unnamed",
    label_en: draft.labelEn || draft.labelZh || draft.name || "unnamed",
    type,
    measure: {
      condition: { event: draft.event.trim(), kind: null, filters: asks(draft.filters) },
      aggregate: draft.aggregate,
      field: isFielded ? draft.field : null,
      window: draft.days === null ? null : `${String(draft.days)}d`,
      since: null,
      until: null,
      currency: type === "money" ? draft.currency : null,
      is_number: asksNumber(draft.aggregate) && (draft.isNumber || draft.field === AMOUNT),
    },
    declared: null,
  };
}
