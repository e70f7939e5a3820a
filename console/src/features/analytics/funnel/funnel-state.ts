/** What a funnel is set to, kept in the address so that a copied link shows the same. */
import { useCallback, useMemo } from "react";
import type { Schema } from "@/api/client";
import { asks, readFilters, type Filter } from "@/lib/filters";
import { readPeriod, spanOf, type Period, type Span } from "@/lib/period";
import { useAddress, type Address } from "@/lib/use-address";
import { useWorkspace } from "@/lib/workspace";

export type FunnelAsk = Schema["FunnelAsk"];
export type Order = NonNullable<FunnelAsk["order"]>;

export interface Step {
  event: string;
  filters: Filter[];
}

export const ORDERS: readonly Order[] = ["ordered", "strict", "any"];
export const STEPS_MIN = 2;
export const STEPS_MAX = 20;
const WINDOW_USUAL = 7 * 86_400;
const WINDOW_MAX = 366 * 86_400;

export interface FunnelState {
  steps: Step[];
  window: number;
  order: Order;
  breakdown: string | undefined;
  period: Period;
  span: Span;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Steps from whatever stood in an address; always enough lines to fill in. */
export function readSteps(written: string | undefined): Step[] {
  let found: Step[] = [];
  try {
    const told: unknown = written ? JSON.parse(written) : [];
    if (Array.isArray(told)) {
      found = told.filter(isRecord).map((one) => ({
        event: typeof one["event"] === "string" ? one["event"] : "",
        filters: readFilters(one["filters"]),
      }));
    }
  } catch {
    // A link that was cut short: begin anew rather than break.
  }
  while (found.length < STEPS_MIN) found.push({ event: "", filters: [] });
  return found.slice(0, STEPS_MAX);
}

/** Steps as short as an address likes them: filters only where there are some. */
export function writeSteps(steps: readonly Step[]): string {
  return JSON.stringify(steps.map(({ event, filters }) => (filters.length > 0 ? { event, filters } : { event })));
}

function readWindow(written: string | undefined): number {
  const seconds = Number(written);
  return Number.isInteger(seconds) && seconds > 0 && seconds <= WINDOW_MAX ? seconds : WINDOW_USUAL;
}

export function useFunnelState(): [FunnelState, (change: Address) => void] {
  const { time_zone: zone } = useWorkspace();
  const [get, set] = useAddress();
  const written = get("steps");
  const period = readPeriod(get("period"), "30d");
  const steps = useMemo(() => readSteps(written), [written]);
  const span = useMemo(() => spanOf(period, zone, new Date()), [period, zone]);
  const change = useCallback(
    (wanted: Address) => {
      set(wanted);
    },
    [set],
  );
  const state: FunnelState = {
    steps,
    window: readWindow(get("window")),
    order: ORDERS.find((one) => one === get("order")) ?? "ordered",
    breakdown: get("breakdown"),
    period,
    span,
  };
  return [state, change];
}

/** The question to the server; undefined while a step has no event yet. */
export function askOf(state: FunnelState): FunnelAsk | undefined {
  if (state.steps.some((step) => step.event.trim() === "")) return undefined;
  return {
    steps: state.steps.map((step) => ({ event: step.event.trim(), filters: asks(step.filters) })),
    window_seconds: state.window,
    order: state.order,
    filters: [],
    since: state.span.since,
    until: state.span.until,
    ...(state.breakdown ? { breakdown: state.breakdown } : {}),
  };
}
