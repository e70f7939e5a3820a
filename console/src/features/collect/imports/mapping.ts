/**
 * Which column means what, as the form holds it and as the server reads it.
 *
 * The server's form is richer (prefixes, renamed properties); what the form cannot show of a
 * suggestion is kept and sent back as it came.
 */

export const FIELDS = [
  "event", "time", "user_id", "anonymous_id", "message_id", "order_id", "product_id", "live_id",
  "amount", "currency",
] as const;

export type Field = (typeof FIELDS)[number];

/** Fields that may also be one constant for every row. */
export const CONSTANT_FIELDS: readonly Field[] = ["event", "currency", "live_id"];

export const FORMATS = ["csv", "parquet", "segment", "sensors", "rees46", "retailrocket", "online-retail"] as const;
export type Format = (typeof FORMATS)[number];

/** Formats whose columns we know, so that there is nothing to map. */
export function needsMapping(format: string): boolean {
  return format === "csv" || format === "parquet";
}

/** Published tables whose zone and currency are known; the workspace's own would be wrong for them. */
export function knowsItsMoney(format: string): boolean {
  return format === "rees46" || format === "retailrocket" || format === "online-retail";
}

export interface Pick {
  column?: string;
  value?: string;
}

export interface Draft {
  picks: Partial<Record<Field, Pick>>;
  timeFormat: string;
  times?: string;
  suggested: Record<string, unknown>;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function pickOf(written: unknown): Pick | undefined {
  if (typeof written === "string") return { column: written };
  if (!isRecord(written)) return undefined;
  const column = text(written["column"]);
  const value = text(written["value"]);
  if (column !== undefined) return { column };
  return value === undefined ? undefined : { value };
}

/** The form's start, from what the server suggests. */
export function draftOf(suggested: Record<string, unknown>): Draft {
  const picks: Draft["picks"] = {};
  for (const field of FIELDS) {
    const pick = pickOf(suggested[field]);
    if (pick) picks[field] = pick;
  }
  const time = suggested["time"];
  const amount = suggested["amount"];
  return {
    picks,
    timeFormat: (isRecord(time) ? text(time["format"]) : undefined) ?? "auto",
    times: isRecord(amount) ? text(amount["times"]) : undefined,
    suggested,
  };
}

/** What of the suggestion still holds for a field whose column was not changed. */
function keptOf(draft: Draft, field: Field): Record<string, unknown> {
  const written = draft.suggested[field];
  if (!isRecord(written) || written["column"] !== draft.picks[field]?.column) return {};
  return written;
}

/** The mapping to send. */
export function mappingOf(draft: Draft): Record<string, unknown> {
  const mapping: Record<string, unknown> = { properties: draft.suggested["properties"] ?? "*" };
  for (const field of FIELDS) {
    const pick = draft.picks[field];
    if (pick?.column) mapping[field] = { ...keptOf(draft, field), column: pick.column };
    else if (pick?.value) mapping[field] = { value: pick.value };
  }
  const time = mapping["time"];
  if (isRecord(time)) mapping["time"] = { ...time, format: draft.timeFormat };
  const amount = mapping["amount"];
  if (isRecord(amount)) {
    const kept = { ...amount };
    Reflect.deleteProperty(kept, "times");
    mapping["amount"] = draft.times ? { ...kept, times: draft.times } : kept;
  }
  return mapping;
}

/** What is still missing before a row can become an event: what, when and who. */
export function missingOf(draft: Draft): ("event" | "time" | "who")[] {
  const has = (field: Field) => Boolean(draft.picks[field]?.column ?? draft.picks[field]?.value);
  const missing: ("event" | "time" | "who")[] = [];
  if (!has("event")) missing.push("event");
  if (!has("time")) missing.push("time");
  if (!has("user_id") && !has("anonymous_id")) missing.push("who");
  return missing;
}
