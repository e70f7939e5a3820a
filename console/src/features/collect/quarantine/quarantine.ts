/** What the quarantine page asks and does. */
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useTranslation } from "react-i18next";
import { api, body, type Schema } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";
import { useProblemMessage } from "@/ui/states";

export type Held = Schema["Quarantined"];
export type HeldState = Held["state"];
export type Reason = Schema["ReasonCode"];

const PAGE_SIZE = 50;

interface Filter {
  state: HeldState;
  reason: Reason | undefined;
  source: string | undefined;
}

export function useHeld({ state, reason, source }: Filter) {
  const { id } = useWorkspace();
  return useInfiniteQuery({
    queryKey: ["quarantine", id, state, reason ?? "", source ?? ""],
    queryFn: ({ pageParam }) =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/quarantine", {
          params: {
            path: { workspace_id: id },
            query: {
              limit: PAGE_SIZE,
              state,
              ...(reason ? { reason } : {}),
              ...(source ? { source_id: source } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

export function useReasonCounts() {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["quarantine", id, "summary"],
    queryFn: () =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/quarantine/summary", {
          params: { path: { workspace_id: id } },
        }),
      ),
  });
}

/** Release and discard, one or many. */
export function useVerdicts() {
  const { t } = useTranslation("quarantine");
  const { id } = useWorkspace();
  const { message } = App.useApp();
  const tell = useProblemMessage();
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: ["quarantine", id] });
  const pathOf = (held: Held) => ({ workspace_id: id, quarantined_id: held.id });

  const release = useMutation({
    mutationFn: ({ held, payload }: { held: Held; payload?: string }) =>
      body(
        api.POST("/api/v1/workspaces/{workspace_id}/quarantine/{quarantined_id}/release", {
          params: { path: pathOf(held) },
          body: payload === undefined ? {} : { payload },
        }),
      ),
    onSuccess: () => {
      void message.success(t("quarantine.released"));
      return refresh();
    },
  });
  const discard = useMutation({
    mutationFn: (held: Held) =>
      body(
        api.POST("/api/v1/workspaces/{workspace_id}/quarantine/{quarantined_id}/discard", {
          params: { path: pathOf(held) },
        }),
      ),
    onSuccess: () => {
      void message.success(t("quarantine.discarded"));
      return refresh();
    },
    onError: tell,
  });
  const releaseMany = useMutation({
    mutationFn: ({ reason, source }: { reason?: Reason | undefined; source?: string | undefined }) =>
      body(
        api.POST("/api/v1/workspaces/{workspace_id}/quarantine/release", {
          params: { path: { workspace_id: id } },
          body: { ...(reason ? { reason } : {}), ...(source ? { source_id: source } : {}) },
        }),
      ),
    onSuccess: () => {
      void message.success(t("quarantine.releasing"));
      return refresh();
    },
    onError: tell,
  });
  return { release, discard, releaseMany };
}
