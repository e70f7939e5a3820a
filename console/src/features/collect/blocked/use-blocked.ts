/** The workspace's identifiers that stand for nobody, and changing them. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";

const BLOCKED = "/api/v1/workspaces/{workspace_id}/blocked-ids";

export function useBlocked() {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["blocked-ids", id],
    queryFn: ({ signal }) => body(api.GET(BLOCKED, { params: { path: { workspace_id: id } }, signal })),
  });
}

/** The server takes the whole list, so the change is made to the list as it stands now, not as it was shown. */
export function useChangeBlocked() {
  const { id } = useWorkspace();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (change: (values: string[]) => string[]) => {
      const params = { path: { workspace_id: id } };
      const { values } = await body(api.GET(BLOCKED, { params }));
      return body(api.PUT(BLOCKED, { params, body: { values: change(values) } }));
    },
    onSuccess: (kept) => { queries.setQueryData(["blocked-ids", id], kept); },
  });
}
