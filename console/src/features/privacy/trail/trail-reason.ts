/** What the house itself writes where operators write a reason: `important 1: …`, `correction rgt_…`. */

export interface Counted {
  name: string;
  many: number | null;
}

export type TrailReason =
  | { told: "text"; text: string }
  | { told: "request"; right: string; request: string }
  | { told: "key"; dataClass: string; version: number | null; text: string }
  | { told: "field"; place: string; kind: string; dataClass: string }
  | { told: "counts"; counts: Counted[] };

const REQUEST = /^(?:([a-z_]+)(?: request)? )?(rgt_[0-9a-z]+)$/;
const KEY = /^(general|common|important)(?: (\d+))?(?:: (.*))?$/s;
/** The master key is the installation's: only its version is named. */
const MASTER = /^(\d+)(?:: (.*))?$/s;
const FIELD = /^(\S+) (\S+) (general|common|important)$/;
const COUNT = /^([a-z_]+) (\d+|None)$/;

function countsOf(reason: string): Counted[] | undefined {
  const counts: Counted[] = [];
  for (const part of reason.split(", ")) {
    const [, name, many] = COUNT.exec(part) ?? [];
    if (!name) return undefined;
    counts.push({ name, many: many === "None" ? null : Number(many) });
  }
  return counts;
}

/** A reason by what was done; whatever is not of the house's own form is somebody's words. */
export function readReason(action: string, reason: string): TrailReason {
  const [, right, request] = REQUEST.exec(reason) ?? [];
  if (request) return { told: "request", right: right ?? "", request };
  if (action.startsWith("key.master.")) {
    const [, version, text] = MASTER.exec(reason) ?? [];
    if (version) return { told: "key", dataClass: "master", version: Number(version), text: text ?? "" };
  } else if (action.startsWith("key.")) {
    const [, dataClass, version, text] = KEY.exec(reason) ?? [];
    if (dataClass) return { told: "key", dataClass, version: version ? Number(version) : null, text: text ?? "" };
  }
  if (action === "field.declare") {
    const [, place, kind, dataClass] = FIELD.exec(reason) ?? [];
    if (place && kind && dataClass) return { told: "field", place, kind, dataClass };
  }
  if (action.startsWith("retention.")) {
    const counts = countsOf(reason);
    if (counts) return { told: "counts", counts };
  }
  return { told: "text", text: reason };
}
