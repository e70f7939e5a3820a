/** What is asked about people, and the words their kinds go by. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { body } from "@/api/client";
import { loose } from "@/api/loose";
import { useWorkspace } from "@/lib/workspace";

export interface Identifier {
  kind: string;
  subject: string;
  masked: string;
  first_seen_at: string | null;
  last_seen_at: string | null;
}

export interface GivenTag {
  id: string;
  name: string;
  is_locked?: boolean;
}

export interface PersonRow {
  person: string;
  name: string | null;
  identifiers: { kind: string; masked: string }[];
  first_seen_at: string | null;
  last_seen_at: string | null;
  events: number;
  orders: number;
  value_minor: number | null;
  currency: string | null;
  stage: string | null;
  tags: GivenTag[];
}

export interface PeoplePage {
  items: PersonRow[];
  next_cursor: string | null;
  total?: number | null;
}

export interface TraitValue {
  name: string;
  label_zh: string | null;
  label_en: string | null;
  value: unknown;
  type: string;
  source: string | null;
  date: string | null;
  is_computed: boolean;
  rule: string | null;
}

export interface Consent {
  purpose: string;
  channel: string;
  state: string;
  at: string | null;
}

export interface Person {
  person: string;
  asked_id: string;
  name: string | null;
  identifiers: Identifier[];
  traits: TraitValue[];
  consent: Consent[];
  sums: {
    events: number;
    orders: number;
    value_minor: number | null;
    currency: string | null;
    live_rooms: number;
    first_seen_at: string | null;
    last_seen_at: string | null;
  };
  sources: string[];
}

export const ORDERS = ["last_seen", "value", "events"] as const;
export type Order = (typeof ORDERS)[number];

export interface PeopleAsk {
  search: string;
  stage: string | undefined;
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
      body(
        loose.GET<PeoplePage>("/api/v1/workspaces/{workspace_id}/people", {
          params: {
            path: { workspace_id: id },
            query: {
              limit: PAGE_SIZE,
              order,
              ...(search ? { search } : {}),
              ...(stage ? { stage } : {}),
              ...(tag ? { tag } : {}),
              ...(audience ? { audience } : {}),
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

export function usePerson(person: string) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["person", id, person],
    queryFn: ({ signal }) =>
      body(
        loose.GET<Person>("/api/v1/workspaces/{workspace_id}/people/{person_id}", {
          params: { path: { workspace_id: id, person_id: person } },
          signal,
        }),
      ),
  });
}
