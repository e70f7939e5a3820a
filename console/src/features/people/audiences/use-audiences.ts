/** What is asked and done about audiences. */
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, type Schema } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";

export type AudienceRow = Schema["AudienceRow"];
export type AudienceState = Schema["AudienceState"];
export type Audience = Schema["Audience"];
export type Member = Schema["AudienceMember"];
export type Growth = Schema["Growth"];
export type Draft = Schema["AudienceNew"];
export type Preview = Schema["Preview"];

const PAGE_SIZE = 50;
const REFRESH_MS = 3_000;
const FILLING_MS = 1_000;
const MEMBERS_SHOWN = 8;
const KEPT_MS = 300_000;

export const AUDIENCES = "/api/v1/workspaces/{workspace_id}/audiences";
export const AUDIENCE = "/api/v1/workspaces/{workspace_id}/audiences/{audience_id}";

export function useAudiences(sought: string, state: AudienceState) {
  const { id } = useWorkspace();
  return useInfiniteQuery({
    queryKey: ["audiences", id, "list", sought, state],
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET(AUDIENCES, {
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
        api.GET(AUDIENCE, {
          params: { path: { workspace_id: id, audience_id: audience ?? "" } },
          signal,
        }),
      ),
    enabled: audience !== undefined,
    refetchInterval: (query) =>
      isLive && query.state.status !== "error" ? (query.state.data?.is_filling ? FILLING_MS : REFRESH_MS) : false,
  });
}

const pathOf = (workspace: string, audience: string) => ({ path: { workspace_id: workspace, audience_id: audience } });

export function useGrowth({ id: audience, version, size }: { id: string; version: number; size: number | null }) {
  const { id } = useWorkspace();
  return useQuery({
    // Days hardly change: not asked with every look at the list.
    queryKey: ["audience-days", id, audience, version, size !== null],
    queryFn: ({ signal }) => body(api.GET(`${AUDIENCE}/growth`, { params: pathOf(id, audience), signal })),
    staleTime: KEPT_MS,
  });
}

/** Some of its people; asked anew whenever its size is another. */
export function useMembers(audience: string, size: number | null) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["audiences", id, "one", audience, "members", size],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => body(
        api.GET(`${AUDIENCE}/members`, { params: { ...pathOf(id, audience), query: { limit: MEMBERS_SHOWN } }, signal }),
      ),
  });
}

export function useVersions(audience: string) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["audiences", id, "one", audience, "versions"],
    queryFn: ({ signal }) => body(api.GET(`${AUDIENCE}/versions`, { params: pathOf(id, audience), signal })),
  });
}

/** Who entered and left; asked anew whenever its size is another. */
export function useTransitions(audience: string, size: number | null) {
  const { id } = useWorkspace();
  return useInfiniteQuery({
    queryKey: ["audiences", id, "one", audience, "transitions", size],
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET(`${AUDIENCE}/transitions`, {
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
          ? api.PUT(AUDIENCE, {
              params: { path: { workspace_id: id, audience_id: audience } },
              body: { ...draft, expected_version: version ?? null },
            })
          : api.POST(AUDIENCES, { params: { path: { workspace_id: id } }, body: draft }),
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
        act === "archive"
          ? api.POST(`${AUDIENCE}/archive`, { params: pathOf(id, audience) })
          : act === "restore"
            ? api.POST(`${AUDIENCE}/restore`, { params: pathOf(id, audience) })
            : api.POST(`${AUDIENCE}/refresh`, { params: pathOf(id, audience) }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["audiences", id] }),
  });
}

/** Who a rule would choose; asked as text, so that equal rules are the same question. */
export function usePreview(rule: string) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["audiences", id, "preview", rule],
    queryFn: ({ signal }) =>
      body(
        api.POST(`${AUDIENCES}/preview`, {
          params: { path: { workspace_id: id } },
          body: { rule: JSON.parse(rule) as Record<string, unknown> },
          signal,
        }),
      ),
    enabled: rule !== "",
    placeholderData: keepPreviousData,
    refetchInterval: (query) => (query.state.status === "success" ? REFRESH_MS : false),
  });
}
