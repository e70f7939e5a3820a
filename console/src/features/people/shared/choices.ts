/** The tags and audiences of the workspace, as filters and pickers offer them. */
import { useQuery } from "@tanstack/react-query";
import { body } from "@/api/client";
import { loose } from "@/api/loose";
import { useWorkspace } from "@/lib/workspace";

export interface TagChoice {
  id: string;
  name: string;
  group_id: string;
  group_name?: string;
  is_locked?: boolean;
}

export interface AudienceChoice {
  id: string;
  name: string;
  size: number | null;
}

const KEPT_MS = 60_000;

export function useTags(isWanted = true) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["tags", id],
    queryFn: () =>
      body(loose.GET<{ items: TagChoice[] }>("/api/v1/workspaces/{workspace_id}/tags", { params: { path: { workspace_id: id } } })),
    enabled: isWanted,
    staleTime: KEPT_MS,
  });
}

export function useAudienceChoices(isWanted = true) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["audiences", id, "choices"],
    queryFn: () =>
      body(
        loose.GET<{ items: AudienceChoice[] }>("/api/v1/workspaces/{workspace_id}/audiences", {
          params: { path: { workspace_id: id }, query: { limit: 200 } },
        }),
      ),
    enabled: isWanted,
    staleTime: KEPT_MS,
  });
}
