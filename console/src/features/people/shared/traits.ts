/** The traits that this workspace declares. */
import { useQuery } from "@tanstack/react-query";
import { api, body, type Schema } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";

export type Trait = Schema["Trait"];

const KEPT_MS = 60_000;

export function useTraitChoices() {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["traits", id],
    queryFn: () =>
      body(api.GET("/api/v1/workspaces/{workspace_id}/traits", { params: { path: { workspace_id: id } } })),
    staleTime: KEPT_MS,
  });
}
