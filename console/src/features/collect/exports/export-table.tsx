/** Every file ordered so far: which events, how far, how many, and the file itself. */
import { DownloadOutlined } from "@ant-design/icons";
import { Button, Flex, Popconfirm, Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { fileSize } from "@/features/collect/exports/file-size";
import { isMoving, useStopExport, type EventExport } from "@/features/collect/exports/use-exports";
import { useOperatorNames } from "@/lib/operators";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import "@/ui/privacy.css";
import { useProblemMessage } from "@/ui/states";

const COLOURS = { queued: "default", running: "blue", done: "green", failed: "red", cancelled: "default" } as const;

export function ExportTable({ exports }: { exports: EventExport[] }) {
  const { t } = useTranslation("exports");
  const format = useFormat();
  const nameOf = useOperatorNames();
  return (
    <Table<EventExport>
      size="small"
      rowKey="id"
      scroll={{ x: "max-content" }}
      pagination={false}
      dataSource={exports}
      columns={[
        {
          title: t("exports.what"),
          render: (_, one) => (
            <>
              {one.event ?? t("exports.everyEvent")}
              <div className="soft small num"><PeriodWords one={one} /></div>
            </>
          ),
        },
        { title: t("exports.format"), render: (_, one) => t(`exportFormat.${one.format}`) },
        { title: t("exports.state"), render: (_, one) => <StateCell one={one} /> },
        {
          title: t("exports.events"),
          className: "num",
          render: (_, one) => format.count(one.events ?? (one.state === "running" ? one.progress.done : null)),
        },
        {
          title: t("exports.size"),
          className: "num",
          render: (_, one) => (one.bytes === null ? format.count(null) : fileSize(one.bytes, format.language)),
        },
        {
          title: t("exports.ordered"),
          render: (_, one) => (
            <>
              {nameOf(one.requested_by)}
              <div className="soft small num">{format.time(one.created_at)}</div>
            </>
          ),
        },
        { title: "", align: "end", render: (_, one) => <ActCell one={one} /> },
      ]}
    />
  );
}

/** On a phone: what was asked for, how far it is, and the file, without moving sideways. */
export function ExportCards({ exports }: { exports: EventExport[] }) {
  const { t } = useTranslation("exports");
  const format = useFormat();
  const nameOf = useOperatorNames();
  return (
    <ul className="grant-cards">
      {exports.map((one) => (
        <li key={one.id}>
          <Flex justify="space-between" gap={8}>
            <strong>{one.event ?? t("exports.everyEvent")}</strong>
            <span className="soft num">{format.ago(one.created_at)}</span>
          </Flex>
          <div className="soft small num"><PeriodWords one={one} /></div>
          <div className="soft num">
            {[
              t(`exportFormat.${one.format}`),
              one.events !== null && t("exports.many", { count: one.events, shown: format.count(one.events) }),
              one.bytes !== null && fileSize(one.bytes, format.language),
              nameOf(one.requested_by),
            ].filter(Boolean).join(" · ")}
          </div>
          <Flex justify="space-between" gap={8} align="center">
            <div><StateCell one={one} /></div>
            <ActCell one={one} />
          </Flex>
        </li>
      ))}
    </ul>
  );
}

function PeriodWords({ one }: { one: EventExport }) {
  const { t } = useTranslation("exports");
  const format = useFormat();
  if (one.since && one.until) return t("exports.between", { since: format.time(one.since), until: format.time(one.until) });
  if (one.since) return t("exports.since", { since: format.time(one.since) });
  if (one.until) return t("exports.until", { until: format.time(one.until) });
  return t("exports.allTime");
}

function StateCell({ one }: { one: EventExport }) {
  const { t } = useTranslation("exports");
  const isStopping = one.is_cancel_requested && isMoving(one);
  return (
    <>
      <Tag color={COLOURS[one.state]}>{t(isStopping ? "exports.stopping" : `exportState.${one.state}`)}</Tag>
      {/* The server's own words, for whoever is asked to help. */}
      {one.state === "failed" && one.error && <div className="soft small cell-wide">{t("exports.failed", { reason: one.error })}</div>}
    </>
  );
}

function ActCell({ one }: { one: EventExport }) {
  const { t } = useTranslation("exports");
  const { id } = useWorkspace();
  const mayStop = useMay("job:stop");
  const stop = useStopExport(useProblemMessage());
  if (one.has_file) {
    return (
      <Button size="small" icon={<DownloadOutlined />} href={`/api/v1/workspaces/${id}/exports/${one.id}/file`} download>
        {t("exports.download")}
      </Button>
    );
  }
  if (one.state === "done") return <span className="soft">{t("exports.gone")}</span>;
  if (!mayStop || !isMoving(one) || one.is_cancel_requested) return null;
  return (
    <Popconfirm
      title={t("exports.stopConfirm")}
      description={<div className="confirm-words">{t("exports.stopHint")}</div>}
      okText={t("exports.stop")}
      onConfirm={() => { stop.mutate(one.id); }}
    >
      <Button size="small" loading={stop.isPending}>{t("exports.stop")}</Button>
    </Popconfirm>
  );
}
