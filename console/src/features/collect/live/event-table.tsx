/** Events, one line each; a line opens. */
import { Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { Entry } from "@/features/collect/live/use-tail";
import { useSourceNames } from "@/lib/use-sources";
import { TrustTag } from "@/ui/trust-tag";
import { useFormat } from "@/lib/use-format";

const GLANCE_LENGTH = 160;

/** The first properties, short enough for a line. */
function glance(entry: Entry): string {
  const told = Object.keys(entry.properties).length > 0 ? entry.properties : entry.traits;
  return Object.entries(told)
    .map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("  ")
    .slice(0, GLANCE_LENGTH);
}

interface EventTableProps {
  rows: Entry[];
  onOpen: (entry: Entry) => void;
}

export function EventTable({ rows, onOpen }: EventTableProps) {
  const { t } = useTranslation("live");
  const format = useFormat();
  const sourceName = useSourceNames();
  return (
    <Table<Entry>
      size="small"
      rowKey={(entry) => `${entry.message_id} ${entry.status}`}
      scroll={{ x: 860 }}
      tableLayout="fixed"
      pagination={false}
      dataSource={rows}
      rowClassName="row-link row-fresh"
      onRow={(entry) => ({
        tabIndex: 0,
        onClick: () => {
          onOpen(entry);
        },
        onKeyDown: (event) => {
          if (event.key === "Enter") onOpen(entry);
        },
      })}
      columns={[
        {
          title: t("event.time"),
          width: 150,
          className: "num left",
          render: (_, entry) => format.time(entry.time, "second").slice(5),
        },
        {
          title: t("event.name"),
          width: 220,
          ellipsis: true,
          render: (_, entry) => (
            <>
              {entry.name || <span className="soft">{t("event.unnamed")}</span>}
              {entry.status === "quarantined" && (
                <Tag color="orange" style={{ marginInlineStart: 8 }}>
                  {t("live.quarantined")}
                </Tag>
              )}
            </>
          ),
        },
        {
          title: t("trust.title"),
          width: 104,
          render: (_, entry) => <TrustTag trust={entry.trust} />,
        },
        { title: t("source.one"), width: 140, ellipsis: true, render: (_, entry) => sourceName(entry.source_id) },
        {
          title: t("event.person"),
          width: 160,
          ellipsis: true,
          render: (_, entry) => <span className="mono">{entry.user_id ?? entry.anonymous_id ?? ""}</span>,
        },
        {
          title: t("event.properties"),
          ellipsis: true,
          render: (_, entry) => <span className="mono soft">{glance(entry)}</span>,
        },
      ]}
    />
  );
}
