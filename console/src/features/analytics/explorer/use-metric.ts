/** What the explorer is set to (kept in the address) and what the server answers. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, body, type Schema } from "@/api/client";
import { readFilters } from "@/lib/filters";
import { lengthInDays, readPeriod, spanOf, type Span } from "@/lib/period";
import { useAddress } from "@/lib/use-address";
import { useWorkspace } from "@/lib/workspace";

export type Grain = NonNullable<Schema["MetricAsk"]["grain"]>;

const GRAINS: readonly Grain[] = ["hour", "day", "week", "none"];
const FIRST_METRIC = "people";
const HOURLY_DAYS_MAX = 14;

export function useMetrics() {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["metrics", id],
    queryFn: () =>
      body(api.GET("/api/v1/workspaces/{workspace_id}/metrics", { params: { path: { workspace_id: id } } })),
    staleTime: Infinity,
  });
}

/** The grains that make sense for a period: no hours over a quarter, no weeks within a day. */
export function grainsFor(span: Span): Grain[] {
  const days = lengthInDays(span);
  return GRAINS.filter((grain) => {
    if (grain === "hour") return days <= HOURLY_DAYS_MAX;
    if (grain === "day") return days > 1;
    return grain === "none" || days > 7;
  });
}

function readJson(text: string | undefined): unknown {
  if (!text) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function useExplored(metrics: Schema["PassportList"] | undefined) {
  const { time_zone: zone } = useWorkspace();
  const [get, set] = useAddress();
  const period = readPeriod(get("period"), "14d");
  // Made again only with the period: an instant that moved would ask again at every drawing.
  const span = useMemo(() => spanOf(period, zone, new Date()), [period, zone]);
  const grains = grainsFor(span);
  const usual = grains.includes("day") ? "day" : "hour";
  const written = get("filters");
  const known = metrics?.items.map((one) => one.id);
  return {
    metric: get("metric") ?? (known?.includes(FIRST_METRIC) ? FIRST_METRIC : (known?.[0] ?? "")),
    // Left out, the server answers in the currency that the period's money is in.
    currency: get("currency"),
    grain: grains.find((one) => one === get("grain")) ?? usual,
    breakdown: get("breakdown"),
    period,
    span,
    filters: useMemo(() => readFilters(readJson(written)), [written]),
    set,
  };
}

interface Ask {
  metric: string;
  breakdown: string | undefined;
  span: Span;
  currency: string | undefined;
  filters: Schema["FilterAsk"][];
}

export function useMetric({ metric, breakdown, span, currency, filters }: Ask, grain: Grain) {
  const { id } = useWorkspace();
  const ask = {
    metric,
    grain,
    filters,
    since: span.since,
    until: span.until,
    ...(breakdown ? { breakdown } : {}),
    ...(currency ? { currency } : {}),
  };
  return useQuery({
    queryKey: ["metric", id, ask],
    queryFn: ({ signal }) =>
      body(
        api.POST("/api/v1/workspaces/{workspace_id}/metrics/query", {
          params: { path: { workspace_id: id } },
          body: ask,
          signal,
        }),
      ),
    enabled: metric !== "",
    placeholderData: keepPreviousData,
  });
}
