/** What is asked of the interest graph, and how a node is written in an address. */
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { api, body, type Schema } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";

export type Item = Schema["InterestItem"];
export type Kind = Item["kind"];
export type Neighbour = Schema["InterestNeighbour"];
export type Scored = Schema["InterestScored"];
export type Evidence = Schema["InterestEvidence"];
export type Path = Schema["InterestPath"];

/** A node without its name: what an address holds. */
export interface Place {
  kind: Kind;
  id: string;
}

export const KINDS = ["person", "product", "topic", "brand", "content", "room", "host"] as const satisfies readonly Kind[];

/** What can be shown of a node. */
export const VIEWS = ["near", "cares", "alike", "people"] as const;
export type View = (typeof VIEWS)[number];

export const NEAR_MAX = 24;
export const LIST_MAX = 8;
const WALK_MAX = 12;
const HITS_MAX = 20;

export function keyOf(place: Place): string {
  return `${place.kind}:${place.id}`;
}

export function isSame(one: Place, other: Place): boolean {
  return keyOf(one) === keyOf(other);
}

function readPlace(text: unknown): Place | undefined {
  if (typeof text !== "string") return undefined;
  const kind = KINDS.find((one) => text.startsWith(`${one}:`));
  return kind ? { kind, id: text.slice(kind.length + 1) } : undefined;
}

/** The walk that an address holds; whatever in it is no place is left out. */
export function readWalk(text: string | undefined): Place[] {
  if (!text) return [];
  try {
    const read: unknown = JSON.parse(text);
    if (!Array.isArray(read)) return [];
    return read.map(readPlace).filter((place) => place !== undefined).slice(-WALK_MAX);
  } catch {
    return [];
  }
}

export function writeWalk(walk: readonly Place[]): string | undefined {
  return walk.length > 0 ? JSON.stringify(walk.slice(-WALK_MAX).map(keyOf)) : undefined;
}

/** The walk with a step more; a step to where one was before goes back there. */
export function walkedTo(walk: readonly Place[], place: Place): Place[] {
  const before = walk.findIndex((one) => isSame(one, place));
  return before >= 0 ? walk.slice(0, before + 1) : [...walk, { kind: place.kind, id: place.id }];
}

/** The views that make sense for a node. */
export function viewsOf(kind: Kind): View[] {
  return kind === "person" ? ["near", "cares", "alike"] : ["near", "people"];
}

export function useFound(text: string, kind?: Kind) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["interests", id, "found", text, kind ?? ""],
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/interests", {
          params: { path: { workspace_id: id }, query: { q: text, limit: HITS_MAX, ...(kind ? { kind } : {}) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

/** The question after a node's neighbours; who asks it twice is answered once. */
export function nearQuery(workspace: string, place: Place, of?: Kind) {
  return queryOptions({
    queryKey: ["interests", workspace, "near", keyOf(place), of ?? ""],
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/interests/{item_kind}/{item_id}/neighbours", {
          params: {
            path: { workspace_id: workspace, item_kind: place.kind, item_id: place.id },
            query: { limit: NEAR_MAX, ...(of ? { of } : {}) },
          },
          signal,
        }),
      ),
  });
}

export function useNeighbours(place: Place, of?: Kind) {
  const { id } = useWorkspace();
  return useQuery({ ...nearQuery(id, place, of), placeholderData: keepPreviousData });
}

/** What a person cares about, by kind. */
export function usePersonInterests(person: string, limit: number, isAsked = true) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["interests", id, "cares", person, limit],
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/people/{person_id}/interests", {
          params: { path: { workspace_id: id, person_id: person }, query: { limit } },
          signal,
        }),
      ),
    enabled: isAsked,
    retry: false,
  });
}

/** People alike, where the place is a person; else those who care about it. */
export function useWhoCares(place: Place, isAsked: boolean) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["interests", id, "people", keyOf(place)],
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/interests/{item_kind}/{item_id}/people", {
          params: {
            path: { workspace_id: id, item_kind: place.kind, item_id: place.id },
            query: { limit: NEAR_MAX },
          },
          signal,
        }),
      ),
    enabled: isAsked,
  });
}

export function usePaths(from: Place | undefined, to: Place | undefined) {
  const { id } = useWorkspace();
  const [start, end] = [from ? keyOf(from) : "", to ? keyOf(to) : ""];
  return useQuery({
    queryKey: ["interests", id, "paths", start, end],
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/interests/path", {
          params: { path: { workspace_id: id }, query: { from: start, to: end } },
          signal,
        }),
      ),
    enabled: start !== "" && end !== "",
  });
}
