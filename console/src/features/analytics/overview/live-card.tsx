/** What is going on right now: events by the minute, and the shows people are in. */
import { Card, Flex } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Schema } from "@/api/client";
import { useFormat } from "@/lib/use-format";
import { useWorkspace } from "@/lib/workspace";
import { PlainTable } from "@/ui/plain-table";

type Live = Schema["LiveActivity"];
type Show = Schema["ActiveShow"];

export function LiveCard({ live }: { live: Live }) {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const format = useFormat();
  const most = Math.max(1, ...live.minutes.map((minute) => minute.events));
  // The last minute is still filling: the one before it is the honest rate.
  const whole = live.minutes.at(-2) ?? live.minutes.at(-1);
  return (
    <Card
      title={
        <Flex gap={8} align="center">
          <span className={whole?.events ? "pulse on" : "pulse off"} />
          {t("overview.live")}
        </Flex>
      }
      extra={<Link to={`/w/${id}/data/live`}>{t("overview.toLive")}</Link>}
      style={{ height: "100%" }}
    >
      <Flex vertical gap={12}>
        <Flex gap={32}>
          <Figure label={t("overview.eventsPerMinute")} value={format.count(whole?.events)} />
          <Figure label={t("overview.peoplePerMinute")} value={format.count(whole?.people)} />
        </Flex>
        <div>
          <div className="minute-bars" role="img" aria-label={t("overview.liveSummary", { shown: format.count(whole?.events) })}>
            {live.minutes.map((minute) => (
              <div
                key={minute.minute}
                className={minute.events ? "minute-bar" : "minute-bar quiet"}
                style={{ height: `${String(Math.max(2, (minute.events / most) * 100))}%` }}
                title={t("overview.minute", {
                  time: format.time(minute.minute, "clock"),
                  events: format.count(minute.events),
                  people: format.count(minute.people),
                })}
              />
            ))}
          </div>
          <div className="minute-axis soft">
            <span>{format.time(live.minutes[0]?.minute, "clock")}</span>
            <span>{t("overview.now")}</span>
          </div>
        </div>
        <Shows shows={live.shows} />
      </Flex>
    </Card>
  );
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <div className="big-number num">{value}</div>
      <div className="soft">{label}</div>
    </div>
  );
}

function Shows({ shows }: { shows: Show[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (shows.length === 0) return <span className="soft">{t("overview.noShows")}</span>;
  return (
    <PlainTable<Show>
      rows={shows}
      rowKey={(show) => show.live_id}
      columns={[
        { key: "show", title: t("overview.show"), render: (show) => <span className="mono">{show.live_id}</span> },
        { key: "people", title: t("overview.people"), isNumber: true, render: (show) => format.count(show.people) },
        { key: "events", title: t("overview.events"), isNumber: true, render: (show) => format.count(show.events) },
      ]}
    />
  );
}
