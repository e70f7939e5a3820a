/** Conditions on events, as the editor holds them, as the address keeps them, as the server reads them. */
import type { Schema } from "@/api/client";

export type FilterAsk = Schema["FilterAsk"];
/** The server's operators, and "is not set", which it asks as `is_set` with the value false. */
export type Operator = NonNullable<FilterAsk["operator"]> | "is_not_set";

export const OPERATORS: readonly Operator[] = [
  "equals", "not_equals", "in", "contains", "gt", "gte", "lt", "lte", "is_set", "is_not_set",
];

const WITHOUT_VALUE: readonly Operator[] = ["is_set", "is_not_set"];
const WITH_LIST: readonly Operator[] = ["in"];
const WITH_NUMBER: readonly Operator[] = ["gt", "gte", "lt", "lte"];

export interface Filter {
  field: string;
  operator: Operator;
  value: string;
}

export function needsValue(operator: Operator): boolean {
  return !WITHOUT_VALUE.includes(operator);
}

export function takesList(operator: Operator): boolean {
  return WITH_LIST.includes(operator);
}

export function takesNumber(operator: Operator): boolean {
  return WITH_NUMBER.includes(operator);
}

/** Whether it can be asked as it stands; a half-written one waits. */
export function isWhole(filter: Filter): boolean {
  if (!filter.field) return false;
  if (!needsValue(filter.operator)) return true;
  if (filter.value.trim() === "") return false;
  return !takesNumber(filter.operator) || Number.isFinite(Number(filter.value));
}

/** The server's shape; half-written filters are left out. */
export function asks(filters: readonly Filter[]): FilterAsk[] {
  return filters.filter(isWhole).map(({ field, operator, value }) => {
    if (operator === "is_set") return { field, operator };
    if (operator === "is_not_set") return { field, operator: "is_set", value: false };
    if (takesList(operator)) {
      return { field, operator, value: value.split(",").map((one) => one.trim()).filter(Boolean) };
    }
    return { field, operator, value: takesNumber(operator) ? Number(value) : value };
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Filters from whatever stood in an address. */
export function readFilters(written: unknown): Filter[] {
  if (!Array.isArray(written)) return [];
  return written.filter(isRecord).flatMap((one) => {
    const operator = OPERATORS.find((known) => known === one["operator"]);
    if (typeof one["field"] !== "string" || !operator) return [];
    return [{ field: one["field"], operator, value: typeof one["value"] === "string" ? one["value"] : "" }];
  });
}
