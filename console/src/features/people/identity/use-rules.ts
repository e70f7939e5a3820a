/** The kinds of identifiers, what was refused, and what a change would do. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, type Schema } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";

export type Kind = Schema["IdentifierKind"];
export type KindAsk = Schema["IdentifierKindAsk"];

const RULES = "/api/v1/workspaces/{workspace_id}/identity/rules";

export function useRules(isWanted: boolean) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["identity-rules", id],
    queryFn: () => body(api.GET(RULES, { params: { path: { workspace_id: id } } })),
    enabled: isWanted,
  });
}

export function useRefusals(isWanted: boolean) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["identity-refusals", id],
    queryFn: () =>
      body(api.GET("/api/v1/workspaces/{workspace_id}/identity/refusals", { params: { path: { workspace_id: id } } })),
    enabled: isWanted,
  });
}

/** What the rules, as they are being changed, would do to people. */
export function useRulesPreview() {
  const { id } = useWorkspace();
  return useMutation({
    mutationFn: (kinds: KindAsk[]) =>
      body(api.POST(`${RULES}/preview`, { params: { path: { workspace_id: id } }, body: { kinds } })),
  });
}

export function useSaveRules() {
  const { id } = useWorkspace();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (kinds: KindAsk[]) => body(api.PUT(RULES, { params: { path: { workspace_id: id } }, body: { kinds } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["identity-rules", id] });
      await queries.invalidateQueries({ queryKey: ["person", id] });
    },
  });
}

/** A kind as it is sent; whether it is built in, the server knows. */
export function kindAsk(kind: Kind): KindAsk {
  const { name, label_zh, label_en, strength, priority, limit, people_max, blocked, places, scope_places } = kind;
  return { name, label_zh, label_en, strength, priority, limit, people_max, blocked, places, scope_places };
}
