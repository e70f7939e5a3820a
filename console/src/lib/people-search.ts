/** Finding people: what is sought goes in the body, for an address stands in logs and histories. */
import { api, body, type Schema } from "@/api/client";

export type PeopleAsked = Schema["PeopleSearchAsk"];
export type PeoplePage = Schema["PeoplePage"];

export function searchPeople(workspace: string, asked: PeopleAsked, signal?: AbortSignal): Promise<PeoplePage> {
  return body(
    api.POST("/api/v1/workspaces/{workspace_id}/people/search", {
      params: { path: { workspace_id: workspace } },
      body: asked,
      ...(signal ? { signal } : {}),
    }),
  );
}

/** What was last sought in each workspace: so that Back finds it, while neither address nor disk has it. */
const sought = new Map<string, string>();

export function lastSought(workspace: string): string {
  return sought.get(workspace) ?? "";
}

export function rememberSought(workspace: string, text: string): void {
  if (text) sought.set(workspace, text);
  else sought.delete(workspace);
}
