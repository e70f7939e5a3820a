/** Names for operators' ids, asked for once. */
import { useQuery } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { useMay, useWorkspace } from "@/lib/workspace";

export function useOperatorNames(): (id: string | null | undefined) => string {
  const { id } = useWorkspace();
  const mayRead = useMay("operator:read");
  const members = useQuery({
    queryKey: ["operators", id],
    queryFn: () =>
      body(api.GET("/api/v1/workspaces/{workspace_id}/operators", { params: { path: { workspace_id: id } } })),
    enabled: mayRead,
  });
  return (who) => (who ? members.data?.items.find((member) => member.id === who)?.name ?? who : "");
}
