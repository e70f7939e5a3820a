/** A trait's value as a reader reads it, by its type. */
import { useFormat } from "@/lib/use-format";

interface Valued {
  value: unknown;
  type: string;
  currency?: string | null;
}

export function useTraitText(): (trait: Valued) => string {
  const format = useFormat();
  return function textOf({ value, type, currency }: Valued): string {
    if (value === null || value === undefined) return "–";
    if (Array.isArray(value)) return value.map((one: unknown) => textOf({ value: one, type })).join(" · ");
    if (typeof value === "number") {
      return type.startsWith("money") ? format.money(value, currency ?? null) : format.count(value);
    }
    if (type === "date" || type === "instant" || type === "datetime") {
      const written = format.time(String(value));
      return written === "–" ? String(value) : written;
    }
    if (typeof value !== "object") return String(value);
    // Of something with members, as an address: each by its name.
    return Object.entries(value).map(([name, one]) => `${name} ${textOf({ value: one, type })}`).join(" · ");
  };
}
