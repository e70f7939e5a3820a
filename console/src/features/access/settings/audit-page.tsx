/** Who did what, when: added to, never changed. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Button, Card, Flex, Table } from "antd";
import { useTranslation } from "react-i18next";
import { api, body, type Schema } from "@/api/client";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import { Page } from "@/ui/page";
import { Failure, Nothing, Waiting } from "@/ui/states";

type Entry = Schema["AuditEntry"];

const PAGE_SIZE = 50;

function useTrail(isAllowed: boolean) {
  const { id } = useWorkspace();
  return useInfiniteQuery({
    queryKey: ["audit", id],
    queryFn: ({ pageParam }) =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/audit", {
          params: {
            path: { workspace_id: id },
            query: { limit: PAGE_SIZE, ...(pageParam ? { cursor: pageParam } : {}) },
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    enabled: isAllowed,
  });
}

/** The catalogue writes `sources.create` as sources_create: a dot would mean a branch there. */
function actionKey(action: string): string {
  return `auditAction.${action.replaceAll(".", "_")}`;
}

/** Names for ids, so that the trail reads as people, not as keys. */
function useActorNames(): (actor: string) => string {
  const { id } = useWorkspace();
  const members = useQuery({
    queryKey: ["operators", id],
    queryFn: () =>
      body(api.GET("/api/v1/workspaces/{workspace_id}/operators", { params: { path: { workspace_id: id } } })),
  });
  return (actor) => members.data?.items.find((member) => member.id === actor)?.name ?? actor;
}

export function Component() {
  const { t, i18n } = useTranslation("settings");
  const format = useFormat();
  const mayRead = useMay("audit:read");
  const trail = useTrail(mayRead);
  const nameOf = useActorNames();
  const entries = trail.data?.pages.flatMap((page) => page.items) ?? [];
  // Actions are the server's words; those without a word of ours are shown as they are.
  const actionWord = (action: string) =>
    i18n.exists(actionKey(action), { ns: "settings" }) ? t(actionKey(action) as "audit.at") : action;

  return (
    <Page title={t("nav.audit")} hint={t("audit.hint", { zone: format.zoneLabel })}>
      <Card styles={{ body: { padding: 0 } }}>
        {!mayRead && <Nothing title={t("audit.notAllowed")} />}
        {trail.isError && <Failure error={trail.error} onRetry={() => void trail.refetch()} />}
        {mayRead && trail.isPending && <Waiting />}
        {trail.data && entries.length === 0 && <Nothing title={t("audit.none")} />}
        {entries.length > 0 && (
          <Table<Entry>
            size="small"
            rowKey="id"
            scroll={{ x: "max-content" }}
            pagination={false}
            dataSource={entries}
            columns={[
              { title: t("audit.at"), className: "num left", render: (_, entry) => format.time(entry.at, "second") },
              { title: t("audit.actor"), render: (_, entry) => nameOf(entry.actor) },
              { title: t("audit.action"), render: (_, entry) => actionWord(entry.action) },
              { title: t("audit.target"), render: (_, entry) => <span className="mono">{nameOf(entry.target)}</span> },
              {
                title: t("audit.detail"),
                render: (_, entry) => (
                  <span className="mono soft">
                    {Object.keys(entry.detail).length > 0 ? JSON.stringify(entry.detail) : ""}
                  </span>
                ),
              },
            ]}
          />
        )}
        {trail.hasNextPage && (
          <Flex justify="center" style={{ padding: 8 }}>
            <Button type="link" loading={trail.isFetchingNextPage} onClick={() => void trail.fetchNextPage()}>
              {t("action.more")}
            </Button>
          </Flex>
        )}
      </Card>
    </Page>
  );
}
