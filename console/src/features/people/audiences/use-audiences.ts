/** What is asked and done about audiences. */
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { body } from "@/api/client";
import { loose } from "@/api/loose";
import { useWorkspace } from "@/lib/workspace";

export type AudienceState = "active" | "archived";
export type Cause = "event" | "time" | "merge" | "edit" | "refresh";

export interface AudienceRow {
  id: string;
  name: string;
  description: string;
  state: AudienceState;
  version: number;
  size: number | null;
  is_filling: boolean;
  as_of: string | null;
  tag_id: string | null;
  changed_at: string;
}

export interface Audience extends AudienceRow {
  rule: unknown;
  created_at: string;
  created_by: string;
  changed_by: string;
}

export interface Member {
  person: string;
  name: string | null;
  identifiers: string[];
}

export interface Draft {
  name: string;
  description: string;
  rule: unknown;
  tag_id: string | null;
  announce: boolean;
}

export interface Growth {
  time_zone: string;
  days: { day: string; size: number | null; entered: number; left: number }[];
  refills: {
    at: string; version: number; cause: Cause; entered: number; left: number; size: number; is_announced: boolean;
  }[];
}

export interface Transition {
  person: string;
  direction: "entered" | "left";
  at: string;
  cause: Cause;
  version: number;
  is_quiet: boolean;
}

export interface AudienceVersion {
  version: number;
  rule: unknown;
  is_announced: boolean;
  created_at: string;
  created_by: string;
}

const PAGE_SIZE = 50;
const REFRESH_MS = 3_000;
const FILLING_MS = 1_000;

export const AUDIENCES = "/api/v1/workspaces/{workspace_id}/audiences";
export const AUDIENCE = `${AUDIENCES}/{audience_id}`;

export function useAudiences(sought: string, state: AudienceState) {
  const { id } = useWorkspace();
  return useInfiniteQuery({
    queryKey: ["audiences", id, "list", sought, state],
    queryFn: ({ pageParam, signal }) =>
      body(
        loose.GET<{ items: AudienceRow[]; next_cursor: string | null }>(AUDIENCES, {
          params: {
            path: { workspace_id: id },
            query: {
              limit: PAGE_SIZE, state,
              ...(sought ? { q: sought } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
}

export function useAudience(audience: string | undefined, isLive = true) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["audiences", id, "one", audience],
    queryFn: ({ signal }) =>
      body(
        loose.GET<Audience>(AUDIENCE, {
          params: { path: { workspace_id: id, audience_id: audience ?? "" } },
          signal,
        }),
      ),
    enabled: audience !== undefined,
    refetchInterval: (query) =>
      isLive && query.state.status !== "error" ? (query.state.data?.is_filling ? FILLING_MS : REFRESH_MS) : false,
  });
}

/** A part of one audience: its growth, its members, its versions. */
export function useAudiencePart<T>(audience: string, part: string, refreshMs?: number) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["audiences", id, "one", audience, part],
    queryFn: ({ signal }) =>
      body(
        loose.GET<T>(`${AUDIENCE}/${part}`, {
          params: { path: { workspace_id: id, audience_id: audience } },
          signal,
        }),
      ),
    ...(refreshMs ? { refetchInterval: refreshMs } : {}),
  });
}

export function useTransitions(audience: string) {
  const { id } = useWorkspace();
  return useInfiniteQuery({
    queryKey: ["audiences", id, "one", audience, "transitions"],
    queryFn: ({ pageParam, signal }) =>
      body(
        loose.GET<{ items: Transition[]; next_cursor: string | null }>(`${AUDIENCE}/transitions`, {
          params: {
            path: { workspace_id: id, audience_id: audience },
            query: { limit: PAGE_SIZE, ...(pageParam ? { cursor: pageParam } : {}) },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** Makes an audience, or makes one what is sent. */
export function useSaveAudience(audience: string | undefined, version: number | undefined) {
  const { id } = useWorkspace();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (draft: Draft) =>
      body(
        audience
          ? loose.PUT<Audience>(AUDIENCE, {
              params: { path: { workspace_id: id, audience_id: audience } },
              body: { ...draft, expected_version: version ?? null },
            })
          : loose.POST<Audience>(AUDIENCES, { params: { path: { workspace_id: id } }, body: draft }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["audiences", id] }),
  });
}

/** Archives, restores or works out anew. */
export function useAudienceAct(audience: string, act: "archive" | "restore" | "refresh") {
  const { id } = useWorkspace();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () =>
      body(
        loose.POST<Audience>(`${AUDIENCE}/${act}`, {
          params: { path: { workspace_id: id, audience_id: audience } },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["audiences", id] }),
  });
}

export interface Preview {
  size: number;
  of: number;
  sample: Member[];
  as_of: string;
  took_ms: number;
}

/** Who a rule would choose; asked as text, so that equal rules are the same question. */
export function usePreview(rule: string) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["audiences", id, "preview", rule],
    queryFn: ({ signal }) =>
      body(
        loose.POST<Preview>(`${AUDIENCES}/preview`, {
          params: { path: { workspace_id: id } },
          body: { rule: JSON.parse(rule) as unknown },
          signal,
        }),
      ),
    enabled: rule !== "",
    placeholderData: keepPreviousData,
    refetchInterval: (query) => (query.state.status === "success" ? REFRESH_MS : false),
  });
}
