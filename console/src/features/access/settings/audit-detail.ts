/** What an audit entry's detail says, flattened: `{role: "keeper"}`, `{settled: {from: 1, to: 2}}`. */
export interface DetailPart {
  name: string;
  value: string | number | boolean;
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every leaf with the last name on the way to it; what is empty is left out. */
export function detailParts(detail: Record<string, unknown>): DetailPart[] {
  return Object.entries(detail).flatMap(([name, value]): DetailPart[] => {
    if (value === null || value === undefined || value === "") return [];
    if (isTree(value)) return detailParts(value);
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return [{ name, value }];
    if (Array.isArray(value) && value.length === 0) return [];
    const isFlat = Array.isArray(value) && value.every((one) => typeof one === "string" || typeof one === "number");
    return [{ name, value: isFlat ? value.join(", ") : JSON.stringify(value) }];
  });
}
