/** A person's levels and the dated stages of the life-cycle. */
import { useQuery } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";

export function useLevels(person: string) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["person", id, person, "levels"],
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/people/{person_id}/levels", {
          params: { path: { workspace_id: id, person_id: person } },
          signal,
        }),
      ),
  });
}
