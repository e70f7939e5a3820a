/** Days of an ISO 8601 span such as P365D; null for whatever has no end of its own. */
export function retentionDays(written: string): number | null {
  const found = /^P(\d+)D$/.exec(written);
  return found ? Number(found[1]) : null;
}
