/** Names for the ids of sources, asked for only where a breakdown shows them. */
import { useQuery } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";

export function useSources(isWanted: boolean): Map<string, string> {
  const { id } = useWorkspace();
  const sources = useQuery({
    queryKey: ["sources", id],
    queryFn: () =>
      body(api.GET("/api/v1/workspaces/{workspace_id}/sources", { params: { path: { workspace_id: id } } })),
    enabled: isWanted,
  });
  return new Map(sources.data?.items.map((source) => [source.id, source.name]));
}
