/** The tags and audiences of the workspace, as filters and pickers offer them. */
import { useQuery } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";

const KEPT_MS = 60_000;

export function useTags(isWanted = true) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["tags", id],
    queryFn: () =>
      body(api.GET("/api/v1/workspaces/{workspace_id}/tags", { params: { path: { workspace_id: id } } })),
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
        api.GET("/api/v1/workspaces/{workspace_id}/audiences", {
          params: { path: { workspace_id: id }, query: { limit: 200 } },
        }),
      ),
    enabled: isWanted,
    staleTime: KEPT_MS,
  });
}

export function useTagGroups(isWanted = true) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["tag-groups", id],
    queryFn: () =>
      body(api.GET("/api/v1/workspaces/{workspace_id}/tag-groups", { params: { path: { workspace_id: id } } })),
    enabled: isWanted,
    staleTime: KEPT_MS,
  });
}
