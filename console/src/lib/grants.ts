/** Grants: leave to read personal data, for a purpose, for a while. Asked for here, approved by another. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body, type Schema } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";

export type Grant = Schema["Grant"];
export type GrantAsk = Schema["GrantAsk"];
export type GrantState = Schema["GrantState"];

const GRANTS = "/api/v1/workspaces/{workspace_id}/privacy/grants";
const PAGE_SIZE = 50;
const WAITING_MS = 5_000;

export const GRANT_STATES: readonly GrantState[] = ["asked", "granted", "refused", "revoked", "expired", "used_up"];

/** The bounds that the server sets, told where a grant is asked for. */
export const MINUTES_USUAL = 30;
export const MINUTES_MAX = 480;
export const PEOPLE_MAX = 500;
export const EXPORT_PEOPLE_MAX = 1_000_000;
/** What harms in any hands is read of a few people only. */
export const SENSITIVE_PEOPLE_MAX = 20;
const SENSITIVE: readonly string[] = ["idcard", "bankcard"];

export function peopleMost(kinds: readonly string[], scope: Grant["scope"] = "reveal"): number {
  if (scope === "export") return EXPORT_PEOPLE_MAX;
  return kinds.some((kind) => SENSITIVE.includes(kind)) ? SENSITIVE_PEOPLE_MAX : PEOPLE_MAX;
}

/** The grants of the workspace or only one's own, newest first; asked again only while one waits. */
export function useGrants({ mine = false } = {}) {
  const { id } = useWorkspace();
  return useInfiniteQuery({
    queryKey: ["grants", id, mine],
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET(GRANTS, {
          params: {
            path: { workspace_id: id },
            query: { limit: PAGE_SIZE, ...(mine ? { mine } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: ({ state: { data } }) =>
      data?.pages[0]?.items.some((one) => one.state === "asked") ? WAITING_MS : false,
  });
}

/** A new request, or an answer to one; the list is asked anew after it. */
export function useGrantWork() {
  const { id } = useWorkspace();
  const queries = useQueryClient();
  const onSuccess = () => queries.invalidateQueries({ queryKey: ["grants", id] });
  const ask = useMutation({
    mutationFn: (wanted: GrantAsk) =>
      body(api.POST(GRANTS, { params: { path: { workspace_id: id } }, body: wanted })),
    onSuccess,
  });
  const answer = useMutation({
    mutationFn: ({ grant, act, reason }: { grant: string; act: "approve" | "refuse" | "revoke"; reason: string }) => {
      const params = { path: { workspace_id: id, grant_id: grant } };
      if (act === "approve") return body(api.POST(`${GRANTS}/{grant_id}/approve`, { params }));
      if (act === "refuse") return body(api.POST(`${GRANTS}/{grant_id}/refuse`, { params, body: { reason } }));
      return body(api.POST(`${GRANTS}/{grant_id}/revoke`, { params, body: { reason } }));
    },
    onSuccess,
  });
  return { ask, answer };
}

interface Wanted {
  who: string;
  scope?: Grant["scope"];
  purpose: string;
  /** What is to be read; left out, any kind will do. */
  kind?: string;
}

/** The grants of one operator that cover a kind for a purpose, the longest running first. */
export function grantsFor(grants: readonly Grant[], { who, purpose, kind, scope = "reveal" }: Wanted): Grant[] {
  return grants
    .filter(
      (one) =>
        one.state === "granted" && one.scope === scope && one.requested_by === who && one.purpose === purpose &&
        (kind === undefined || one.kinds.includes(kind)) && one.people_used < one.people_max,
    )
    .sort((left, right) => (right.expires_at ?? "").localeCompare(left.expires_at ?? ""));
}

/** How much of a grant is used up: by people, or by time, whichever is nearer to its end; 0 to 1. */
export function usedShare(grant: Grant, now: number): number {
  const people = grant.people_used / Math.max(1, grant.people_max);
  if (!grant.starts_at || !grant.expires_at) return people;
  const [start, end] = [Date.parse(grant.starts_at), Date.parse(grant.expires_at)];
  const time = end > start ? (now - start) / (end - start) : 1;
  return Math.min(1, Math.max(people, time, 0));
}

const SOON_SHARE = 0.8;

/** Running out soon: whoever works under it should ask for the next one. */
export function runsOut(grant: Grant, now: number): boolean {
  return grant.state === "granted" && usedShare(grant, now) >= SOON_SHARE;
}
