/** Names for the ids that rules hold: tags, audiences, lists. */
import { useQuery } from "@tanstack/react-query";
import { body } from "@/api/client";
import { loose } from "@/api/loose";
import { useAudienceChoices, useTags } from "@/features/people/shared/choices";
import { useWorkspace } from "@/lib/workspace";

export interface ListRow {
  id: string;
  name: string;
  version: number;
  rows: number;
  matched: number;
  people: number;
  refused: number;
  created_at: string;
  created_by: string;
}

export function useLists() {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["lists", id],
    queryFn: () =>
      body(
        loose.GET<{ items: ListRow[] }>("/api/v1/workspaces/{workspace_id}/lists", {
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
