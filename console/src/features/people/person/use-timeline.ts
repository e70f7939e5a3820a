/** What a person did, newest first, page by page. */
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { api, body, type Schema } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";

export const TIMELINE_KINDS = ["order", "live", "message", "other"] as const satisfies readonly Schema["DeedKind"][];
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

export type Happened = Schema["TimelineEvent"];

export interface TimelineAsk {
  kind?: TimelineKind | undefined;
  event?: string | undefined;
  source?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
  limit?: number;
}

const PAGE_SIZE = 50;

export function useTimeline(person: string, { limit = PAGE_SIZE, ...ask }: TimelineAsk) {
  const { id } = useWorkspace();
  return useInfiniteQuery({
    queryKey: ["person", id, person, "timeline", limit, ask],
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/people/{person_id}/timeline", {
          params: {
            path: { workspace_id: id, person_id: person },
            query: {
              limit,
              ...Object.fromEntries(Object.entries(ask).filter(([, value]) => value)),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}
