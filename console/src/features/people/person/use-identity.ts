/** Who a person is and how that is known; and the decisions an owner takes about it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useTranslation } from "react-i18next";
import { api, body, type Schema } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";

export type IdentityNode = Schema["IdentityNode"];
export type IdentityEdge = Schema["IdentityEdge"];
export type PersonIdentity = Schema["PersonIdentity"];
export type Outcome = Schema["DecisionOutcome"];
export type EdgeEnds = Schema["EdgeEnds"];

/** What an owner is about to decide. */
export type Change =
  | { kind: "split"; person: string; subject?: string; edges?: EdgeEnds[] }
  | { kind: "restore"; person: string; edges: EdgeEnds[] }
  | { kind: "merge"; people: string[] };

export function useIdentity(person: string) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["person", id, person, "identity"],
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/people/{person_id}/identity", {
          params: { path: { workspace_id: id, person_id: person } },
          signal,
        }),
      ),
  });
}

export function useDecisions(person: string) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["person", id, person, "decisions"],
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/people/{person_id}/decisions", {
          params: { path: { workspace_id: id, person_id: person } },
          signal,
        }),
      ),
  });
}

async function decide(workspace: string, change: Change, reason: string, isDry: boolean): Promise<Outcome> {
  const rest = { reason, dry_run: isDry };
  if (change.kind === "merge") {
    const params = { path: { workspace_id: workspace } };
    return body(
      api.POST("/api/v1/workspaces/{workspace_id}/people/merge", { params, body: { people: change.people, ...rest } }),
    );
  }
  const params = { path: { workspace_id: workspace, person_id: change.person } };
  const edges = change.edges ?? [];
  if (change.kind === "restore") {
    return body(
      api.POST("/api/v1/workspaces/{workspace_id}/people/{person_id}/restore", { params, body: { edges, ...rest } }),
    );
  }
  const subject = change.subject ?? null;
  return body(
    api.POST("/api/v1/workspaces/{workspace_id}/people/{person_id}/split", { params, body: { edges, subject, ...rest } }),
  );
}

/** What a decision would change; asked before anything is changed. */
export function useChangePreview(change: Change | undefined) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["identity-change", id, change],
    queryFn: () => (change ? decide(id, change, "preview", true) : Promise.reject(new Error("no change"))),
    enabled: change !== undefined,
    // What would change now, not what would have a minute ago.
    staleTime: 0,
    gcTime: 0,
  });
}

/** Takes the decision; everything known of people is asked anew after it. */
export function useDecide(onDone: (outcome: Outcome) => void) {
  const { t } = useTranslation("people");
  const { id } = useWorkspace();
  const { message } = App.useApp();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ change, reason }: { change: Change; reason: string }) => decide(id, change, reason, false),
    onSuccess: async (outcome) => {
      void message.success(t("change.done"));
      onDone(outcome);
      await Promise.all([
        queries.invalidateQueries({ queryKey: ["person", id] }),
        queries.invalidateQueries({ queryKey: ["people", id] }),
      ]);
    },
  });
}
