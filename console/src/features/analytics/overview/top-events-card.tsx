/** Which events came most often today. */
import { Card, Table } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Schema } from "@/api/client";
import { useFormat } from "@/lib/use-format";
import { useWorkspace } from "@/lib/workspace";

type TopEvent = Schema["TopEvent"];

export function TopEventsCard({ events }: { events: TopEvent[] }) {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const format = useFormat();
  const most = Math.max(1, ...events.map((one) => one.count));
  if (events.length === 0) return null;
  return (
    <Card title={t("overview.topEvents")} styles={{ body: { padding: 0 } }}>
      <Table<TopEvent>
        size="small"
        rowKey="name"
        scroll={{ x: "max-content" }}
        pagination={false}
        dataSource={events}
        columns={[
          {
            title: t("event.name"),
            render: (_, one) => (
              <Link to={`/w/${id}/data/live?event=${encodeURIComponent(one.name)}`}>{one.name}</Link>
            ),
          },
          {
            title: "",
            className: "hide-phone",
            width: "40%",
            render: (_, one) => (
              <div className="share-bar" aria-hidden>
                <div style={{ width: `${String((one.count / most) * 100)}%` }} />
              </div>
            ),
          },
          { title: t("overview.times"), className: "num", render: (_, one) => format.count(one.count) },
          { title: t("overview.people"), className: "num", render: (_, one) => format.count(one.people) },
        ]}
      />
    </Card>
  );
}
