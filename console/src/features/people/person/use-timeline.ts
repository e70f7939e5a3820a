/** What a person did, newest first, page by page. */
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { body } from "@/api/client";
import { loose } from "@/api/loose";
import { useWorkspace } from "@/lib/workspace";

export const TIMELINE_KINDS = ["order", "live", "message", "other"] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

export interface Happened {
  message_id: string;
  name: string;
  kind: string;
  source_id: string;
  time: string;
  order_id?: string | null;
  product_id?: string | null;
  live_id?: string | null;
  amount_minor?: number | null;
  currency?: string | null;
  user_id?: string | null;
  anonymous_id?: string | null;
  properties: Record<string, unknown>;
  traits?: Record<string, unknown>;
}

interface TimelinePage {
  items: Happened[];
  next_cursor: string | null;
}

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
        loose.GET<TimelinePage>("/api/v1/workspaces/{workspace_id}/people/{person_id}/timeline", {
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
