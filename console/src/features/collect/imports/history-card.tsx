/** Every import so far: how far, how many, what could not be read. */
import { DownloadOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Card, Popconfirm, Progress, Tag, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { api, body, type Schema } from "@/api/client";
import { useSourceNames } from "@/lib/use-sources";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import { ListTable } from "@/ui/list-table";
import { Failure, Nothing, useProblemMessage, Waiting } from "@/ui/states";

type Import = Schema["Import"];

const PAGE_SIZE = 50;
const REFRESH_MS = 1_000;
const COLOURS = { queued: "default", running: "blue", done: "green", failed: "red", cancelled: "default" } as const;

function isMoving(one: Import): boolean {
  return one.state === "queued" || one.state === "running";
}

export function HistoryCard() {
  const { t } = useTranslation("imports");
  const { id } = useWorkspace();
  const history = useQuery({
    queryKey: ["imports", id],
    queryFn: () =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/imports", {
          params: { path: { workspace_id: id }, query: { limit: PAGE_SIZE } },
        }),
      ),
    // Only while something moves: no request without a purpose.
    refetchInterval: (query) => (query.state.data?.items.some(isMoving) ? REFRESH_MS : false),
  });
  return (
    <Card title={t("imports.history")} styles={{ body: { padding: 0 } }}>
      {history.isError && <Failure error={history.error} onRetry={() => void history.refetch()} />}
      {history.isPending && <Waiting rows={3} />}
      {history.data?.items.length === 0 && <Nothing title={t("imports.none")} hint={t("imports.noneHint")} />}
      {history.data && history.data.items.length > 0 && <HistoryTable imports={history.data.items} />}
    </Card>
  );
}

function HistoryTable({ imports }: { imports: Import[] }) {
  const { t } = useTranslation("imports");
  const { id } = useWorkspace();
  const format = useFormat();
  const sourceName = useSourceNames();
  return (
    <ListTable<Import>
      rows={imports}
      rowKey={(one) => one.id}
      columns={[
        { title: t("imports.file"), isName: true, render: (one) => one.file_name },
        { title: t("imports.source"), render: (one) => sourceName(one.source_id) },
        { title: t("imports.state"), render: (one) => <StateCell one={one} /> },
        { title: t("imports.rowsRead"), className: "num", render: (one) => format.count(one.rows_read) },
        { title: t("imports.events"), className: "num", render: (one) => format.count(one.events) },
        {
          title: t("imports.errors"),
          className: "num",
          render: (one) =>
            one.errors_count > 0 ? (
              <a href={`/api/v1/workspaces/${id}/imports/${one.id}/errors.csv`} download>
                <DownloadOutlined /> {format.count(one.errors_count)}
              </a>
            ) : (
              format.count(0)
            ),
        },
        {
          title: t("imports.forgotten"),
          head: <Tooltip title={t("imports.forgottenHint")}>{t("imports.forgotten")}</Tooltip>,
          className: "num",
          render: (one) => (one.forgotten == null ? "–" : format.count(one.forgotten)),
        },
        { title: t("imports.startedAt"), className: "num", render: (one) => format.time(one.created_at) },
        { title: "", render: (one) => isMoving(one) && <CancelButton one={one} /> },
      ]}
    />
  );
}

function StateCell({ one }: { one: Import }) {
  const { t } = useTranslation("imports");
  const { done, total } = one.progress;
  if (one.state === "running") {
    const percent = total ? Math.min(100, Math.round((done / total) * 100)) : 0;
    return <Progress percent={percent} size="small" status="active" style={{ minWidth: 140 }} aria-label={t("importState.running")} />;
  }
  return (
    <Tooltip title={one.error}>
      <Tag color={COLOURS[one.state]}>{t(`importState.${one.state}`)}</Tag>
      {one.error && <span className="delta-down">{one.error}</span>}
    </Tooltip>
  );
}

function CancelButton({ one }: { one: Import }) {
  const { t } = useTranslation("imports");
  const { id } = useWorkspace();
  const mayChange = useMay("import:change");
  const tell = useProblemMessage();
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: () =>
      body(
        api.POST("/api/v1/workspaces/{workspace_id}/imports/{import_id}/cancel", {
          params: { path: { workspace_id: id, import_id: one.id } },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["imports", id] }),
    onError: tell,
  });
  if (!mayChange) return null;
  return (
    <Popconfirm
      title={t("imports.cancelConfirm")}
      description={<div className="confirm-words">{t("imports.cancelHint")}</div>}
      onConfirm={() => {
        cancel.mutate();
      }}
    >
      <Button size="small" loading={cancel.isPending}>
        {t("action.cancel")}
      </Button>
    </Popconfirm>
  );
}
