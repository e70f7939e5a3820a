/** Which events came most often today. */
import { Card } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Schema } from "@/api/client";
import { useFormat } from "@/lib/use-format";
import { useWorkspace } from "@/lib/workspace";
import { PlainTable } from "@/ui/plain-table";

type TopEvent = Schema["TopEvent"];

export function TopEventsCard({ events }: { events: TopEvent[] }) {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const format = useFormat();
  const most = Math.max(1, ...events.map((one) => one.count));
  if (events.length === 0) return null;
  return (
    <Card title={t("overview.topEvents")} styles={{ body: { padding: 0 } }}>
      <PlainTable<TopEvent>
        rows={events}
        rowKey={(one) => one.name}
        columns={[
          {
            key: "name",
            title: t("event.name"),
            render: (one) => (
              <Link to={`/w/${id}/data/live?event=${encodeURIComponent(one.name)}`}>{one.name}</Link>
            ),
          },
          {
            key: "share",
            title: "",
            className: "hide-phone top-share",
            render: (one) => (
              <div className="share-bar" aria-hidden>
                <div style={{ width: `${String((one.count / most) * 100)}%` }} />
              </div>
            ),
          },
          { key: "times", title: t("overview.times"), isNumber: true, render: (one) => format.count(one.count) },
          { key: "people", title: t("overview.people"), isNumber: true, render: (one) => format.count(one.people) },
        ]}
      />
    </Card>
  );
}
