/** Who did what, when: added to, never changed. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Card, Flex } from "antd";
import { useTranslation } from "react-i18next";
import { api, body, type Schema } from "@/api/client";
import { Detail, Target, useAuditWords } from "@/features/access/settings/audit-words";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import { ListTable } from "@/ui/list-table";
import { Page } from "@/ui/page";
import "@/ui/privacy.css";
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

export function Component() {
  const { t } = useTranslation("settings");
  const format = useFormat();
  const mayRead = useMay("audit:read");
  const trail = useTrail(mayRead);
  const words = useAuditWords();
  const entries = trail.data?.pages.flatMap((page) => page.items) ?? [];

  return (
    <Page title={t("nav.audit")} hint={t("audit.hint", { zone: format.zoneLabel })}>
      <Card styles={{ body: { padding: 0 } }}>
        {!mayRead && <Nothing title={t("audit.notAllowed")} />}
        {trail.isError && <Failure error={trail.error} onRetry={() => void trail.refetch()} />}
        {mayRead && trail.isPending && <Waiting />}
        {trail.data && entries.length === 0 && <Nothing title={t("audit.none")} />}
        {entries.length > 0 && (
          <ListTable<Entry>
            rows={entries}
            rowKey={(entry) => entry.id}
            columns={[
              { title: t("audit.at"), className: "num left", render: (entry) => format.time(entry.at, "second") },
              { title: t("audit.actor"), render: (entry) => words.actor(entry.actor) },
              { title: t("audit.action"), isName: true, render: (entry) => words.action(entry.action) },
              { title: t("audit.target"), render: (entry) => <Target action={entry.action} target={entry.target} /> },
              { title: t("audit.detail"), className: "cell-wide", isWide: true, render: (entry) => Object.keys(entry.detail).length > 0 && <Detail detail={entry.detail} /> },
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
