/** Files of events: asked for, watched while one is written, stopped. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body, type Schema } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";

export type EventExport = Schema["EventExport"];
export type ExportAsk = Schema["EventExportAsk"];

const EXPORTS = "/api/v1/workspaces/{workspace_id}/events/exports";
const PAGE_SIZE = 50;
const REFRESH_MS = 1_000;

/** Whether it is still to be written, or being written. */
export function isMoving(one: EventExport): boolean {
  return one.state === "queued" || one.state === "running";
}

/** The newest first; looked at again only while one is being written. */
export function useExports(isAllowed: boolean) {
  const { id } = useWorkspace();
  return useInfiniteQuery({
    queryKey: ["event-exports", id],
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET(EXPORTS, {
          params: {
            path: { workspace_id: id },
            query: { limit: PAGE_SIZE, ...(pageParam ? { cursor: pageParam } : {}) },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    enabled: isAllowed,
    refetchInterval: (query) =>
      query.state.data?.pages.some((page) => page.items.some(isMoving)) ? REFRESH_MS : false,
  });
}

export function useOrderExport(onDone: () => void) {
  const { id } = useWorkspace();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (ask: ExportAsk) => body(api.POST(EXPORTS, { params: { path: { workspace_id: id } }, body: ask })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["event-exports", id] });
      onDone();
    },
  });
}

export function useStopExport(onError: (error: unknown) => void) {
  const { id } = useWorkspace();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (job: string) =>
      body(
        api.POST("/api/v1/workspaces/{workspace_id}/jobs/{job_id}/cancel", {
          params: { path: { workspace_id: id, job_id: job } },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["event-exports", id] }),
    onError,
  });
}
