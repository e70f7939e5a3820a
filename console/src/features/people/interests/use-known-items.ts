/** The walk's places with the names they were seen under; a place from a link has only its id. */
import { useQueryClient } from "@tanstack/react-query";
import type { Schema } from "@/api/client";
import { keyOf, isSame, type Item, type Place } from "@/features/people/interests/interests";
import { useWorkspace } from "@/lib/workspace";

type Near = Schema["InterestNeighboursAnswer"];

export function useKnownItems(walk: readonly Place[], here: Near | undefined): Item[] {
  const { id } = useWorkspace();
  const client = useQueryClient();
  return walk.map((place) => {
    const seen = client.getQueryData<Near>(["interests", id, "near", keyOf(place), ""])?.item;
    if (seen) return seen;
    return here && isSame(here.item, place) ? here.item : { ...place, name: "", name_en: "" };
  });
}
