/** The declared fields of personal data. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, done, type Schema } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";
import { useProblemMessage } from "@/ui/states";

export type Field = Schema["PrivacyField"];
export type FieldAsk = Schema["FieldAsk"];

const FIELDS = "/api/v1/workspaces/{workspace_id}/privacy/fields";

export function usePrivacyFields() {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["privacy", id, "fields"],
    queryFn: ({ signal }) => body(api.GET(FIELDS, { params: { path: { workspace_id: id } }, signal })),
  });
}

export function useFieldWork() {
  const { id } = useWorkspace();
  const tell = useProblemMessage();
  const queries = useQueryClient();
  // The register is made of the fields, so it is asked anew with them.
  const onSuccess = () => queries.invalidateQueries({ queryKey: ["privacy", id] });
  const add = useMutation({
    mutationFn: (wanted: FieldAsk) =>
      body(api.POST(FIELDS, { params: { path: { workspace_id: id } }, body: wanted })),
    onSuccess,
  });
  const remove = useMutation({
    mutationFn: (field: string) =>
      done(api.DELETE(`${FIELDS}/{field_id}`, { params: { path: { workspace_id: id, field_id: field } } })),
    onSuccess,
    onError: tell,
  });
  return { add, remove };
}
