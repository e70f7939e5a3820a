/** The fields one can filter and split by: columns of the event table, and the event's properties. */
import { useTranslation } from "react-i18next";
import { useSources } from "@/features/analytics/shared/source-names";
import { useEventProperties } from "@/lib/use-event-names";

export const COLUMNS = [
  "source_id", "name", "kind", "live_id", "product_id", "order_id", "user_id", "currency",
] as const;

export interface FieldOption {
  value: string;
  label: string;
  examples: string[];
}

/** Columns first, then the properties of the event at hand. */
export function useFields(event: string | undefined): FieldOption[] {
  const { t } = useTranslation();
  const properties = useEventProperties(event);
  const columns = COLUMNS.map((column) => ({ value: column, label: t(`column.${column}`), examples: [] }));
  const own = (properties.data?.items ?? [])
    .filter((one) => !COLUMNS.some((column) => column === one.name))
    .map((one) => ({
      // A dot inside a property's own name is not a step into an object.
      value: `properties.${one.name.replaceAll("\\", "\\\\").replaceAll(".", "\\.")}`,
      label: one.name,
      examples: one.examples,
    }));
  return [...columns, ...own];
}

/** A part of a breakdown as a reader knows it. */
export function usePartName(breakdown: string | undefined): (part: string | null | undefined) => string {
  const { t } = useTranslation();
  const sources = useSources(breakdown === "source_id");
  return (part) => {
    if (part === null || part === undefined) return t("breakdown.notSet");
    return sources.get(part) ?? part;
  };
}
