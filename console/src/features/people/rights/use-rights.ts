/** What people ask for by their rights, and how far each request is. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, type Schema } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";

export type RightsRequest = Schema["RightsRequest"];
export type RightsAsk = Schema["RightsAsk"];
export type RightKind = RightsRequest["kind"];
export type RightState = RightsRequest["state"];

export const RIGHT_KINDS: readonly RightKind[] = ["access", "correction", "deletion", "opt_out", "opt_in"];
export const RIGHT_STATES: readonly RightState[] = ["received", "running", "waiting", "done", "refused", "failed"];

const REQUESTS = "/api/v1/workspaces/{workspace_id}/rights-requests";
const ONE = `${REQUESTS}/{request_id}` as const;
const PERSONS = "/api/v1/workspaces/{workspace_id}/people/{person_id}/rights";
const PAGE_SIZE = 50;
const FRESH_MS = 60_000;
const FRESH_EVERY_MS = 2_000;
const LATER_EVERY_MS = 30_000;
const DAY_MS = 86_400_000;
const SOON_DAYS = 3;

/** Something is being done about it by the house right now. */
export function isMoving(request: RightsRequest): boolean {
  return request.state === "received" || request.state === "running";
}

export function isOpen(request: RightsRequest): boolean {
  return isMoving(request) || request.state === "waiting";
}

/** How often to ask how far they are: what began just now moves by the second, files wait for the night. */
export function askAgainMs(requests: readonly RightsRequest[], now: number): number | false {
  const moving = requests.filter(isMoving);
  if (moving.length === 0) return false;
  return moving.some((one) => now - Date.parse(one.asked_at) < FRESH_MS) ? FRESH_EVERY_MS : LATER_EVERY_MS;
}

/** How near the end of its time an open request is. */
export function urgency(request: RightsRequest, now: number): "late" | "soon" | undefined {
  if (!isOpen(request)) return undefined;
  const left = Date.parse(request.due_at) - now;
  if (left < 0) return "late";
  return left < SOON_DAYS * DAY_MS ? "soon" : undefined;
}

/** How many of a request's steps are done. */
export function stepsDone(request: RightsRequest): number {
  return request.steps.filter((step) => step.state === "done").length;
}

export function usePersonRights(person: string, isWanted: boolean) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["rights", id, "person", person],
    queryFn: ({ signal }) => body(api.GET(PERSONS, { params: { path: { workspace_id: id, person_id: person } }, signal })),
    enabled: isWanted,
    refetchInterval: ({ state: { data } }) => askAgainMs(data?.items ?? [], Date.now()),
  });
}

export function useRightsList(asked: { state: RightState | undefined; kind: RightKind | undefined }, isWanted: boolean) {
  const { id } = useWorkspace();
  return useInfiniteQuery({
    queryKey: ["rights", id, "all", asked.state ?? "", asked.kind ?? ""],
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET(REQUESTS, {
          params: {
            path: { workspace_id: id },
            query: {
              limit: PAGE_SIZE,
              ...(asked.state ? { state: asked.state } : {}),
              ...(asked.kind ? { kind: asked.kind } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    enabled: isWanted,
  });
}

export function useRightsRequest(request: string) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["rights", id, "one", request],
    queryFn: ({ signal }) => body(api.GET(ONE, { params: { path: { workspace_id: id, request_id: request } }, signal })),
    refetchInterval: ({ state: { data } }) => askAgainMs(data ? [data] : [], Date.now()),
  });
}

/** Takes down what a person asks for; what is known of them is asked anew after it. */
export function useAskRight(person: string) {
  const { id } = useWorkspace();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (asked: RightsAsk) =>
      body(api.POST(PERSONS, { params: { path: { workspace_id: id, person_id: person } }, body: asked })),
    onSuccess: (_, asked) => {
      void queries.invalidateQueries({ queryKey: ["rights", id] });
      // After a deletion there is nobody to ask about any more.
      if (asked.kind !== "deletion") void queries.invalidateQueries({ queryKey: ["person", id, person] });
      else void queries.invalidateQueries({ queryKey: ["people", id] });
    },
  });
}

interface Act {
  act: "approve" | "hurry" | "refuse";
  /** Why it is refused. */
  reason?: string;
}

/** What operators do about a request that is under way. */
export function useRightsWork(request: string) {
  const { id } = useWorkspace();
  const queries = useQueryClient();
  const params = { path: { workspace_id: id, request_id: request } };
  return useMutation({
    mutationFn: (wanted: Act) => {
      if (wanted.act === "approve") return body(api.POST(`${ONE}/approve`, { params }));
      if (wanted.act === "hurry") return body(api.POST(`${ONE}/hurry`, { params }));
      return body(api.POST(`${ONE}/refuse`, { params, body: { reason: wanted.reason ?? "" } }));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["rights", id] }),
  });
}

/** Where a request's file or receipt is fetched from. */
export function rightsAddress(workspace: string, request: string, part: string): string {
  return `/api/v1/workspaces/${workspace}/rights-requests/${request}/${part}`;
}
