/** A person's levels and the dated stages of the life-cycle. */
import { useQuery } from "@tanstack/react-query";
import { body } from "@/api/client";
import { loose } from "@/api/loose";
import { useWorkspace } from "@/lib/workspace";

export interface PersonLevels {
  stage: string | null;
  stage_since: string | null;
  stages: { stage: string; at: string }[];
  frequency: string | null;
  rfm: { r: number; f: number; m: number; segment: string } | null;
}

export function useLevels(person: string) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["person", id, person, "levels"],
    queryFn: ({ signal }) =>
      body(
        loose.GET<PersonLevels>("/api/v1/workspaces/{workspace_id}/people/{person_id}/levels", {
          params: { path: { workspace_id: id, person_id: person } },
          signal,
        }),
      ),
  });
}
