/** Who is signed in, and where they may go. */
import { queryOptions } from "@tanstack/react-query";
import { api, body, Problem, type Schema } from "@/api/client";

export type Me = Schema["Me"];

async function whoAmI(): Promise<Me | null> {
  try {
    return await body(api.GET("/api/v1/me"));
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return null;
    throw error;
  }
}

/** The signed-in operator; null when nobody is. */
export const meQuery = queryOptions({ queryKey: ["me"], queryFn: whoAmI, staleTime: 60_000 });

const STORED = "catchment.workspace";

/** Remembers where the reader was, for the next visit. */
export function rememberWorkspace(id: string): void {
  localStorage.setItem(STORED, id);
}

/** Where to go when the address names no workspace. */
export function startingWorkspace(me: Me): string | undefined {
  const stored = localStorage.getItem(STORED);
  const known = me.workspaces.find((workspace) => workspace.id === stored);
  return (known ?? me.workspaces[0])?.id;
}
