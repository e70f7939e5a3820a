/** What is asked about people, and the words their kinds go by. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, body, type Schema } from "@/api/client";
import { searchPeople } from "@/lib/people-search";
import { useWorkspace } from "@/lib/workspace";

export type PersonRow = Schema["PersonRow"];
export type Person = Schema["Person"];
export type Identifier = Schema["PersonIdentifier"];
export type TraitValue = Schema["TraitKnown"];

export type Stage = Schema["Stage"];

export const ORDERS = ["last_seen", "value", "events"] as const;
export type Order = (typeof ORDERS)[number];

export interface PeopleAsk {
  search: string;
  stage: Stage | undefined;
  tag: string | undefined;
  audience: string | undefined;
  order: Order;
}

const PAGE_SIZE = 50;

export function usePeople({ search, stage, tag, audience, order }: PeopleAsk) {
  const { id } = useWorkspace();
  return useInfiniteQuery({
    queryKey: ["people", id, search, stage ?? "", tag ?? "", audience ?? "", order],
    queryFn: ({ pageParam, signal }) =>
      searchPeople(
        id,
        {
          search, order, limit: PAGE_SIZE, stage: stage ?? null, tag: tag ?? null, audience: audience ?? null,
          cursor: pageParam || null,
        },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

export function usePerson(person: string) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["person", id, person],
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/people/{person_id}", {
          params: { path: { workspace_id: id, person_id: person } },
          signal,
        }),
      ),
  });
}
