/** The traits that this workspace declares. */
import { useQuery } from "@tanstack/react-query";
import { body } from "@/api/client";
import { loose } from "@/api/loose";
import { useWorkspace } from "@/lib/workspace";

export interface Trait {
  name: string;
  label_zh: string;
  label_en: string;
  type: string;
  rule: string | null;
  field: string | null;
  measure: Record<string, unknown> | null;
  created_by?: string;
  created_at?: string;
}

const KEPT_MS = 60_000;

export function useTraitChoices() {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["traits", id],
    queryFn: () =>
      body(loose.GET<{ items: Trait[] }>("/api/v1/workspaces/{workspace_id}/traits", { params: { path: { workspace_id: id } } })),
    staleTime: KEPT_MS,
  });
}
