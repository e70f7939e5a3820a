/** The reports of levels, asked of the server. */
import { useQuery } from "@tanstack/react-query";
import { api, body, type Schema } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";

export type LifeCycle = Schema["LifeCycleAnswer"];
export type Rfm = Schema["RfmAnswer"];
export type Pareto = Schema["ParetoAnswer"];
export type StageOrSeen = Schema["Stage"] | "seen";

interface Period {
  since: string;
  until: string;
}

const KEPT_MS = 60_000;
const AGAIN_MS = 2000;

export function useLifeCycle({ since, until }: Period, begin: StageOrSeen, end: Schema["Stage"]) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["life-cycle", id, since, until, begin, end],
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/life-cycle", {
          params: { path: { workspace_id: id }, query: { since, until, begin, end } },
          signal,
        }),
      ),
    staleTime: KEPT_MS,
  });
}

/** What people are worth; asked again and again while the thresholds of `awaited` ("" for none kept) are being replaced. */
export function useRfm(awaited?: string) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["rfm", id],
    queryFn: ({ signal }) =>
      body(api.GET("/api/v1/workspaces/{workspace_id}/levels/rfm", { params: { path: { workspace_id: id } }, signal })),
    staleTime: KEPT_MS,
    refetchInterval: ({ state }) => {
      const held = state.data?.thresholds;
      return awaited !== undefined && held && (!held.is_kept || held.taken_at === awaited) ? AGAIN_MS : false;
    },
  });
}

export function usePareto({ since, until }: Period, of: "people" | "products", currency: string | undefined) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["pareto", id, since, until, of, currency ?? ""],
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/levels/pareto", {
          params: { path: { workspace_id: id }, query: { since, until, of, ...(currency ? { currency } : {}) } },
          signal,
        }),
      ),
    staleTime: KEPT_MS,
  });
}

export function useFrequency() {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["frequency", id],
    queryFn: ({ signal }) =>
      body(api.GET("/api/v1/workspaces/{workspace_id}/levels/frequency", { params: { path: { workspace_id: id } }, signal })),
    staleTime: KEPT_MS,
  });
}
