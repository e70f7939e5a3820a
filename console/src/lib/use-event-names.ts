/** The names that events go by in this workspace, most frequent first. */
import { useQuery } from "@tanstack/react-query";
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

/** The properties that events of a name carry, with examples. */
export function useEventProperties(event: string | undefined) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["event-properties", id, event ?? ""],
    queryFn: () =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/events/properties", {
          params: { path: { workspace_id: id }, query: event ? { event } : {} },
        }),
      ),
    staleTime: 300_000,
  });
}
