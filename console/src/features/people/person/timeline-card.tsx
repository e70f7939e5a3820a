/** One timeline over all sources: filtered, grouped by day, every line opens. */
import { MailOutlined, PlaySquareOutlined, ShoppingOutlined, ThunderboltOutlined } from "@ant-design/icons";
import { Button, Card, Flex } from "antd";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { daysOf, glance, nearness, type Day } from "@/features/people/person/timeline-days";
import { TimelineFilters, useTimelineAsk } from "@/features/people/person/timeline-filters";
import { useTimeline, type Happened, type TimelineKind } from "@/features/people/person/use-timeline";
import { dayIn } from "@/lib/format-time";
import { useFormat } from "@/lib/use-format";
import { useSourceNames } from "@/lib/use-sources";
import { JsonView } from "@/ui/json-view";
import { Failure, Nothing, Waiting } from "@/ui/states";
import { TrustTag } from "@/ui/trust-tag";

const ICONS: Record<TimelineKind, ReactNode> = {
  order: <ShoppingOutlined />,
  live: <PlaySquareOutlined />,
  message: <MailOutlined />,
  other: <ThunderboltOutlined />,
};

export function TimelineCard({ person }: { person: string }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const { ask, isFiltered } = useTimelineAsk();
  const timeline = useTimeline(person, ask);
  const items = timeline.data?.pages.flatMap((page) => page.items) ?? [];
  const days = daysOf(items, format.zone, timeline.hasNextPage);
  const isStale = timeline.isPlaceholderData;
  return (
    <Card title={t("timeline.title")} styles={{ body: { padding: 0 } }}>
      <TimelineFilters />
      {timeline.isError && <Failure error={timeline.error} onRetry={() => void timeline.refetch()} />}
      {timeline.isPending && <Waiting rows={12} />}
      {timeline.data && items.length === 0 && (
        <Nothing title={isFiltered ? t("timeline.noMatch") : t("timeline.none")} />
      )}
      <div style={{ opacity: isStale ? 0.6 : 1 }} aria-busy={isStale}>
        {days.map((day) => (
          <TimelineDay key={day.day} day={day} />
        ))}
      </div>
      {items.length > 0 && (
        <Flex justify="center" style={{ padding: 8 }}>
          {timeline.hasNextPage ? (
            <Button type="link" loading={timeline.isFetchingNextPage} onClick={() => void timeline.fetchNextPage()}>
              {t("timeline.older")}
            </Button>
          ) : (
            <span className="soft small">{t("timeline.end")}</span>
          )}
        </Flex>
      )}
    </Card>
  );
}

function TimelineDay({ day }: { day: Day }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const near = nearness(day.day, dayIn(new Date(), format.zone));
  const count = { day: day.day, shown: format.count(day.items.length) };
  return (
    <section>
      <h3 className="day-name num">
        <span>{day.isOpen ? t("timeline.dayOpen", count) : t("timeline.day", count)}</span>
        {near && <span className="soft">{t(`timeline.${near}`)}</span>}
      </h3>
      <ul className="day-list">
        {day.items.map((item) => (
          <Happening key={item.event_key} item={item} />
        ))}
      </ul>
    </section>
  );
}

function Happening({ item }: { item: Happened }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const sourceName = useSourceNames();
  const [isOpen, setOpen] = useState(false);
  const name = item.name || item.call;
  return (
    <li className="happening">
      <button
        type="button"
        className="happening-line"
        aria-expanded={isOpen}
        aria-label={t("timeline.detail", { name })}
        onClick={() => {
          setOpen(!isOpen);
        }}
      >
        <span className="num soft">{format.time(item.time, "clock")}</span>
        <span className="soft" aria-hidden>
          {ICONS[item.kind]}
        </span>
        <span>
          <span className="happening-name">{name}</span>{" "}
          <span className="soft small">
            {[sourceName(item.source_id), ...glance(item.properties)].join(" · ")}
          </span>
        </span>
        <span className="num">{item.amount_minor == null ? "" : format.money(item.amount_minor, item.currency)}</span>
      </button>
      {isOpen && (
        <div className="happening-detail">
          <div className="soft small num">
            {format.time(item.time, "second")} · {format.zoneLabel} <TrustTag trust={item.trust} />
          </div>
          <JsonView value={item} label={t("timeline.detail", { name })} />
        </div>
      )}
    </li>
  );
}
