/** The fields one can filter and split by: columns of the event table, and the event's properties. */
import { useTranslation } from "react-i18next";
import { useSources } from "@/lib/use-sources";
import { useEventNames, useEventProperties } from "@/lib/use-event-names";

export const COLUMNS = [
  "source_id", "name", "kind", "live_id", "product_id", "order_id", "user_id", "currency",
] as const;

const USUAL_EVENTS = 5;

export interface FieldOption {
  value: string;
  label: string;
  examples: string[];
}

/** Columns first, then the properties of the event at hand. */
export function useFields(event: string | undefined): FieldOption[] {
  const names = useEventNames();
  const { t } = useTranslation();
  // Where no event is chosen, the properties of the most frequent ones stand for all.
  const usual = (names.data?.items ?? []).slice(0, USUAL_EVENTS).map((one) => one.name);
  const properties = useEventProperties(event ? [event] : usual);
  const columns = COLUMNS.map((column) => ({ value: column, label: t(`column.${column}`), examples: [] }));
  const own = [...properties]
    .filter(([name]) => !COLUMNS.some((column) => column === name))
    .map(([name, examples]) => ({
      // A dot inside a property's own name is not a step into an object.
      value: `properties.${name.replaceAll("\\", "\\\\").replaceAll(".", "\\.")}`,
      label: name,
      examples,
    }));
  return [...columns, ...own];
}

/** What names a part: a value, no value, or all the rest. */
export interface PartKey {
  breakdown: string | null;
  is_other: boolean;
}

/** A part of a breakdown as a reader knows it. */
export function usePartName(breakdown: string | undefined): (part: PartKey) => string {
  const { t } = useTranslation();
  const sources = useSources({ isWanted: breakdown === "source_id" });
  return ({ breakdown: part, is_other }) => {
    if (is_other) return t("breakdown.other");
    if (part === null) return t("breakdown.notSet");
    return sources.data?.items.find((source) => source.id === part)?.name ?? part;
  };
}
