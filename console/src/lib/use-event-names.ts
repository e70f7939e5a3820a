/** The names that events go by in this workspace, most frequent first. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { useDebounced } from "@/lib/use-debounced";
import { useWorkspace } from "@/lib/workspace";

const STILL_MS = 200;

export function useEventNames(sought = "") {
  const { id } = useWorkspace();
  const q = useDebounced(sought.trim(), STILL_MS);
  return useQuery({
    queryKey: ["event-names", id, q],
    queryFn: () =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/events/names", {
          params: { path: { workspace_id: id }, query: q ? { q } : {} },
        }),
      ),
    placeholderData: (before) => before,
  });
}

/** The properties that events of these names carry, with examples; each name once. */
export function useEventProperties(events: readonly string[]) {
  const { id } = useWorkspace();
  return useQueries({
    queries: events.map((event) => ({
      queryKey: ["event-properties", id, event],
      queryFn: () =>
        body(
          api.GET("/api/v1/workspaces/{workspace_id}/events/properties", {
            params: { path: { workspace_id: id }, query: { event } },
          }),
        ),
      staleTime: 300_000,
    })),
    combine: (answers) => {
      const found = new Map<string, string[]>();
      for (const answer of answers) {
        for (const one of answer.data?.items ?? []) {
          if (!found.has(one.name)) found.set(one.name, one.examples);
        }
      }
      return found;
    },
  });
}
