/** What arrived before the page was opened, newest first. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import type { Entry } from "@/features/collect/live/use-tail";
import { useWorkspace } from "@/lib/workspace";

const PAGE_SIZE = 50;

export function useStored(event: string, source: string | undefined) {
  const { id } = useWorkspace();
  return useInfiniteQuery({
    queryKey: ["events", id, event, source ?? ""],
    queryFn: ({ pageParam }) =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/events", {
          params: {
            path: { workspace_id: id },
            query: {
              limit: PAGE_SIZE,
              ...(event ? { event } : {}),
              ...(source ? { source_id: source } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    select: (data) =>
      data.pages.flatMap((page) =>
        page.items.map((row): Entry => ({ ...row, status: "accepted", reason: null })),
      ),
    // The tail goes on from here; asking again would only reorder what the reader looks at.
    staleTime: Infinity,
    gcTime: 0,
  });
}
