/** Identifiers as they were pasted: one a line, for an id may hold a comma; each once. */
export function readIds(text: string): string[] {
  return [...new Set(text.split(/\r?\n/).map((one) => one.trim()).filter(Boolean))];
}
