/** The sources of a workspace, as every page asks for them. */
import { useQuery } from "@tanstack/react-query";
import { api, body, type Schema } from "@/api/client";
import { useTranslation } from "react-i18next";
import { useWorkspace } from "@/lib/workspace";

export type Source = Schema["Source"];

export const SOURCE_KINDS = [
  "web", "server", "app", "miniapp", "live", "import", "segment", "posthog", "sensors",
] as const satisfies readonly Schema["SourceKind"][];

export type SourceKind = (typeof SOURCE_KINDS)[number];

/** A kind of ours, even if a newer server names one that we do not know. */
export function kindOf(kind: string): SourceKind {
  return SOURCE_KINDS.find((one) => one === kind) ?? "server";
}

/** The source of what the house tells itself. */
const HOUSE = "house";

interface SourcesAsk {
  refreshMs?: number;
  isWanted?: boolean;
}

export function useSources({ refreshMs, isWanted = true }: SourcesAsk = {}) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["sources", id],
    queryFn: () =>
      body(api.GET("/api/v1/workspaces/{workspace_id}/sources", { params: { path: { workspace_id: id } } })),
    ...(refreshMs ? { refetchInterval: refreshMs } : {}),
    enabled: isWanted,
  });
}

/** Names for ids of sources. */
export function useSourceNames(): (id: string) => string {
  const { t } = useTranslation();
  const sources = useSources();
  // What operators put right is told by the house itself, which is no source of the list.
  return (id) => (id === HOUSE ? t("source.house") : sources.data?.items.find((source) => source.id === id)?.name ?? id);
}
