/** What is asked about duplicates: the suggestions, how many wait, the search and the verdicts. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, type Schema } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";

export type Suggestion = Schema["DuplicateSuggestion"];
export type Kind = Schema["SuggestionKind"];
export type State = Schema["SuggestionState"];
export type Verdict = Schema["DuplicateDecisionAsk"]["verdict"];

export const KINDS: readonly Kind[] = ["duplicate", "household"];
export const STATES: readonly State[] = ["open", "confirmed", "rejected"];

const PAGE_SIZE = 20;
const LOOK_MS = 1_000;

export function useSuggestions(kind: Kind, state: State) {
  const { id } = useWorkspace();
  return useInfiniteQuery({
    queryKey: ["duplicates", id, kind, state],
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/duplicates", {
          params: {
            path: { workspace_id: id },
            query: { kind, state, limit: PAGE_SIZE, ...(pageParam ? { cursor: pageParam } : {}) },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

export function useCounts() {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["duplicates", id, "counts"],
    queryFn: () =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/duplicates/counts", {
          params: { path: { workspace_id: id } },
        }),
      ),
  });
}

/** Orders a search; resolves when its job has come to an end. */
export function useSearch() {
  const { id } = useWorkspace();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      let job = await body(
        api.POST("/api/v1/workspaces/{workspace_id}/duplicates/search", {
          params: { path: { workspace_id: id } },
        }),
      );
      while (job.state === "queued" || job.state === "running") {
        await new Promise((done) => setTimeout(done, LOOK_MS));
        job = await body(
          api.GET("/api/v1/workspaces/{workspace_id}/jobs/{job_id}", {
            params: { path: { workspace_id: id, job_id: job.id } },
          }),
        );
      }
      return job;
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["duplicates", id] }),
  });
}

export function useDecide() {
  const { id } = useWorkspace();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ suggestion, verdict, reason }: { suggestion: string; verdict: Verdict; reason: string }) =>
      body(
        api.POST("/api/v1/workspaces/{workspace_id}/duplicates/{suggestion_id}", {
          params: { path: { workspace_id: id, suggestion_id: suggestion } },
          body: { verdict, reason },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["duplicates", id] });
      await queries.invalidateQueries({ queryKey: ["people", id] });
    },
  });
}
