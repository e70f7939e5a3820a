/** What an API key may be allowed to do, and the catalogue's word for each. */
import type { Schema } from "@/api/client";

export type Scope = Schema["Scope"];

type Worded<S extends Scope> = S extends `${infer Noun}:${infer Verb}` ? `${Noun}_${Verb}` : S;

export const SCOPES: readonly Scope[] = [
  "events:read",
  "events:write",
  "sources:read",
  "sources:write",
  "analytics:read",
  "quarantine:write",
  "imports:write",
  "people:read",
  "people:write",
  "people:reveal",
  "audiences:read",
  "audiences:write",
  "privacy:manage",
  "admin",
];

/** The catalogue's key of a scope; a colon would mean a namespace there. */
export function scopeWord(scope: Scope): Worded<Scope> {
  return scope.replace(":", "_") as Worded<Scope>;
}
