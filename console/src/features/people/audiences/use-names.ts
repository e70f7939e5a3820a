/** Names for the ids that rules hold: tags, audiences, lists. */
import { useQuery } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { useAudienceChoices, useTags } from "@/features/people/shared/choices";
import { useWorkspace } from "@/lib/workspace";

export function useLists() {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["lists", id],
    queryFn: () =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/lists", {
          params: { path: { workspace_id: id } },
        }),
      ),
  });
}

type NameOf = (id: string) => string;

function nameIn(items: readonly { id: string; name: string }[] | undefined): NameOf {
  return (id) => items?.find((one) => one.id === id)?.name ?? id;
}

export function useAudienceNames(): { tag: NameOf; audience: NameOf; list: NameOf } {
  const tags = useTags();
  const audiences = useAudienceChoices();
  const lists = useLists();
  return { tag: nameIn(tags.data?.items), audience: nameIn(audiences.data?.items), list: nameIn(lists.data?.items) };
}
