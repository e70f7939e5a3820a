/** What is done to groups and tags; whatever shows them looks again. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, done } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";
import { useProblemMessage } from "@/ui/states";

const GROUPS = "/api/v1/workspaces/{workspace_id}/tag-groups";
const TAGS = "/api/v1/workspaces/{workspace_id}/tags";

export interface GroupDraft {
  name: string;
  is_exclusive: boolean;
  is_locked: boolean;
}

export function useTagWork() {
  const { id } = useWorkspace();
  const queries = useQueryClient();
  const onError = useProblemMessage();
  const onSuccess = () =>
    Promise.all([queries.invalidateQueries({ queryKey: ["tags", id] }), queries.invalidateQueries({ queryKey: ["tag-groups", id] })]);
  const path = { workspace_id: id };
  const makeGroup = useMutation({
    mutationFn: (draft: GroupDraft) => done(api.POST(GROUPS, { params: { path }, body: draft })),
    onSuccess, onError,
  });
  const renameGroup = useMutation({
    mutationFn: ({ group, name }: { group: string; name: string }) =>
      done(api.PATCH(`${GROUPS}/{tag_group_id}`, { params: { path: { ...path, tag_group_id: group } }, body: { name } })),
    onSuccess, onError,
  });
  const removeGroup = useMutation({
    mutationFn: (group: string) => done(api.DELETE(`${GROUPS}/{tag_group_id}`, { params: { path: { ...path, tag_group_id: group } } })),
    onSuccess, onError,
  });
  const makeTag = useMutation({
    mutationFn: ({ group, name }: { group: string; name: string }) =>
      done(api.POST(TAGS, { params: { path }, body: { group_id: group, name } })),
    onSuccess, onError,
  });
  const renameTag = useMutation({
    mutationFn: ({ tag, name }: { tag: string; name: string }) =>
      done(api.PATCH(`${TAGS}/{tag_id}`, { params: { path: { ...path, tag_id: tag } }, body: { name } })),
    onSuccess, onError,
  });
  const removeTag = useMutation({
    mutationFn: (tag: string) => done(api.DELETE(`${TAGS}/{tag_id}`, { params: { path: { ...path, tag_id: tag } } })),
    onSuccess, onError,
  });
  return { makeGroup, renameGroup, removeGroup, makeTag, renameTag, removeTag };
}
