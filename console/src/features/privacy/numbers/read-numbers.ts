/** Numbers as they were pasted: a line or a comma between them, each once. */
export function readNumbers(text: string): string[] {
  const found = text.split(/[\n,;，；]+/).map((one) => one.replace(/[\s()-]/g, "")).filter(Boolean);
  return [...new Set(found)];
}
