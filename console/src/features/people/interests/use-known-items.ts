/** The walk's places with their names; those of a copied link are looked up. */
import { useQueries } from "@tanstack/react-query";
import { nearQuery, type Item, type Place } from "@/features/people/interests/interests";
import { useWorkspace } from "@/lib/workspace";

export function useKnownItems(walk: readonly Place[]): Item[] {
  const { id } = useWorkspace();
  const seen = useQueries({ queries: walk.map((place) => ({ ...nearQuery(id, place), staleTime: Infinity })) });
  return walk.map((place, index) => seen[index]?.data?.item ?? { ...place, name: "", name_en: "" });
}
