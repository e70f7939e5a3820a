/** What a person said about being reached, and what they say now. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, type Schema } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";

export type PersonConsent = Schema["PersonConsent"];
export type ConsentEntry = Schema["ConsentEntry"];
export type ConsentStanding = Schema["ConsentStanding"];
export type ConsentAsk = Schema["PersonConsentAsk"];
export type Basis = Schema["ConsentEntry"]["basis"];

const CONSENT = "/api/v1/workspaces/{workspace_id}/people/{person_id}/consent";

/** What a word says when it says no more. */
export const SAID = { basis: "consent", notice_version: "", notice_hash: "", separate: false, proof: "" } as const;

export const CHANNELS = ["*", "sms", "email", "phone", "push", "wechat", "wecom"] as const;
export const CONSENT_PURPOSES = ["marketing", "service", "analytics"] as const;
export const BASES: readonly Basis[] = ["consent", "contract", "legal_duty", "emergency", "public_interest", "disclosed"];

export function useConsent(person: string) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["person", id, person, "consent"],
    queryFn: ({ signal }) =>
      body(api.GET(CONSENT, { params: { path: { workspace_id: id, person_id: person } }, signal })),
  });
}

/** Writes a line; the answer is the whole ledger, so nothing is asked again. */
export function useWriteConsent(person: string) {
  const { id } = useWorkspace();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (said: ConsentAsk) =>
      body(api.POST(CONSENT, { params: { path: { workspace_id: id, person_id: person } }, body: said })),
    onSuccess: (ledger) => {
      queries.setQueryData<PersonConsent>(["person", id, person, "consent"], ledger);
    },
  });
}

/** The present standing: granted first, then by purpose and channel, so that it reads the same each time. */
export function inOrder(standing: readonly ConsentStanding[]): ConsentStanding[] {
  return [...standing].sort(
    (a, b) => a.state.localeCompare(b.state) || a.purpose.localeCompare(b.purpose) || a.channel.localeCompare(b.channel),
  );
}
