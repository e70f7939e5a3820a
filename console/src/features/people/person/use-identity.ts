/** Who a person is and how that is known; and the decisions an owner takes about it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useTranslation } from "react-i18next";
import { body } from "@/api/client";
import { loose } from "@/api/loose";
import { useWorkspace } from "@/lib/workspace";

export interface IdentityNode {
  subject: string;
  kind: string;
  masked: string;
  is_name_giver: boolean;
}

export interface IdentityEdge {
  left: string;
  right: string;
  via: string;
  source_id: string;
  first_at: string;
  evidence_event_key: string;
  verdict: "joined" | "refused_limit" | "shared" | "weak" | "withdrawn";
  decided_by?: string | null;
  reason?: string | null;
}

export interface PersonIdentity {
  person: string;
  asked_id: string;
  nodes: IdentityNode[];
  edges: IdentityEdge[];
}

export interface Decision {
  id: string;
  kind: "split" | "restore" | "merge";
  at: string;
  by: string;
  reason: string;
  edges: [string, string][];
  people_before: string[];
  people_after: string[];
  applied_at?: string | null;
}

export interface Outcome {
  decision_id: string | null;
  people_before: string[];
  people_after: string[];
  subjects_moved: number;
  events_moved: number;
}

export interface EdgeEnds {
  left: string;
  right: string;
}

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
        loose.GET<PersonIdentity>("/api/v1/workspaces/{workspace_id}/people/{person_id}/identity", {
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
        loose.GET<{ items: Decision[] }>("/api/v1/workspaces/{workspace_id}/people/{person_id}/decisions", {
          params: { path: { workspace_id: id, person_id: person } },
          signal,
        }),
      ),
  });
}

async function decide(workspace: string, change: Change, reason: string, isDry: boolean): Promise<Outcome> {
  const rest = { reason, dry_run: isDry };
  if (change.kind === "merge") {
    return body(
      loose.POST<Outcome>("/api/v1/workspaces/{workspace_id}/people/merge", {
        params: { path: { workspace_id: workspace } },
        body: { people: change.people, ...rest },
      }),
    );
  }
  const { kind, person, ...what } = change;
  return body(
    loose.POST<Outcome>(`/api/v1/workspaces/{workspace_id}/people/{person_id}/${kind}`, {
      params: { path: { workspace_id: workspace, person_id: person } },
      body: { ...what, ...rest },
    }),
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
