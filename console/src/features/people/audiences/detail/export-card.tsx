/** Files of an audience's people: for a purpose, made in the background, kept for a while. */
import { DownloadOutlined, ExportOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Card, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, type Schema } from "@/api/client";
import { ExportDialog } from "@/features/people/audiences/detail/export-dialog";
import { AUDIENCE, type Audience } from "@/features/people/audiences/use-audiences";
import { useOperatorNames } from "@/lib/operators";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import { Failure, Waiting } from "@/ui/states";

type Export = Schema["Export"];

const PAGE_SIZE = 20;
const REFRESH_MS = 1_000;
const COLOURS: Record<string, string> = { done: "green", running: "blue", failed: "red" };

function isMoving(one: Export): boolean {
  return one.state !== "done" && one.state !== "failed" && one.state !== "cancelled";
}

export function ExportCard({ audience }: { audience: Audience }) {
  const { t } = useTranslation("audiences");
  const { id } = useWorkspace();
  const mayExport = useMay("people:export");
  const [isOpen, setOpen] = useState(false);
  const exports = useQuery({
    queryKey: ["audience-exports", id, audience.id],
    queryFn: ({ signal }) =>
      body(
        api.GET(`${AUDIENCE}/exports`, {
          params: { path: { workspace_id: id, audience_id: audience.id }, query: { limit: PAGE_SIZE } },
          signal,
        }),
      ),
    refetchInterval: (query) => (query.state.data?.items.some(isMoving) ? REFRESH_MS : false),
  });
  const items = exports.data?.items ?? [];
  return (
    <Card
      title={t("export.history")}
      extra={
        mayExport && (
          <Button size="small" icon={<ExportOutlined />} onClick={() => { setOpen(true); }}>
            {t("export.open")}
          </Button>
        )
      }
    >
      {exports.isError && <Failure error={exports.error} onRetry={() => void exports.refetch()} />}
      {exports.isPending && <Waiting rows={2} />}
      {exports.data && items.length === 0 && <span className="soft">{t("export.none")}</span>}
      <ul className="fact-list">
        {items.map((one) => (
          <ExportRow key={one.id} one={one} mayExport={mayExport} />
        ))}
      </ul>
      {isOpen && <ExportDialog audience={audience} onClose={() => { setOpen(false); }} />}
    </Card>
  );
}

function ExportRow({ one, mayExport }: { one: Export; mayExport: boolean }) {
  const { t, i18n } = useTranslation("audiences");
  const { id } = useWorkspace();
  const format = useFormat();
  const nameOf = useOperatorNames();
  const stateKey = `jobState.${one.state}`;
  const told = [
    one.rows === null ? "" : t("export.rows", { shown: format.count(one.rows) }),
    one.left_out ? t("export.leftOut", { shown: format.count(one.left_out) }) : "",
    t("detail.by", { who: nameOf(one.requested_by), at: format.time(one.created_at) }),
    one.state === "done" ? t("export.expires", { at: format.time(one.expires_at) }) : "",
  ].filter(Boolean);
  return (
    <li className="fact-row">
      <div>
        {one.purpose} <Tag>{t(`exportFormat.${one.format}`)}</Tag>
        <div className="soft small num">{told.join(" · ")}</div>
        {one.error && <div className="rule-problem">{one.error}</div>}
      </div>
      {one.state === "done" && mayExport ? (
        <Button
          size="small"
          icon={<DownloadOutlined />}
          href={`/api/v1/workspaces/${id}/audiences/${one.audience_id}/exports/${one.id}/file`}
        >
          {t("export.download")}
        </Button>
      ) : (
        <Tag color={COLOURS[one.state] ?? "default"}>
          {i18n.exists(stateKey, { ns: "audiences" }) ? t(stateKey as "jobState.done") : one.state}
        </Tag>
      )}
    </li>
  );
}
