/** Which part of a timeline is shown; kept in the address. */
import { DatePicker, Flex, Segmented } from "antd";
import dayjs from "dayjs";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { TIMELINE_KINDS, type TimelineAsk, type TimelineKind } from "@/features/people/person/use-timeline";
import { addDays, startOfDay } from "@/lib/format-time";
import { useAddress } from "@/lib/use-address";
import { useDebounced } from "@/lib/use-debounced";
import { useWorkspace } from "@/lib/workspace";
import { EventSelect } from "@/ui/event-select";
import { SourceSelect } from "@/ui/source-select";

const STILL_MS = 400;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

function dayOf(written: string | undefined): string | undefined {
  return written && DAY.test(written) ? written : undefined;
}

/** What the address asks of the timeline. */
export function useTimelineAsk(): { ask: TimelineAsk; isFiltered: boolean } {
  const { time_zone: zone } = useWorkspace();
  const [get] = useAddress();
  const kind = TIMELINE_KINDS.find((one) => one === get("kind"));
  const event = useDebounced(get("event"), STILL_MS);
  const source = get("source");
  const [from, to] = [dayOf(get("from")), dayOf(get("to"))];
  const ask = useMemo(
    () => ({
      kind,
      event,
      source,
      since: from && startOfDay(from, zone).toISOString(),
      until: to && startOfDay(addDays(to, 1), zone).toISOString(),
    }),
    [kind, event, source, from, to, zone],
  );
  return { ask, isFiltered: Boolean(kind ?? event ?? source ?? from ?? to) };
}

export function TimelineFilters() {
  const { t } = useTranslation("people");
  const [get, set] = useAddress();
  const kind = TIMELINE_KINDS.find((one) => one === get("kind"));
  const [from, to] = [dayOf(get("from")), dayOf(get("to"))];
  return (
    <Flex vertical gap={8} className="timeline-filters">
      <div className="scroll-x">
        <Segmented<TimelineKind | "all">
          aria-label={t("timeline.kind")}
          value={kind ?? "all"}
          options={(["all", ...TIMELINE_KINDS] as const).map((one) => ({ value: one, label: t(`timeline.${one}`) }))}
          onChange={(one) => {
            set({ kind: one === "all" ? undefined : one });
          }}
        />
      </div>
      <Flex wrap gap={8}>
        <EventSelect
          value={get("event") ?? ""}
          placeholder={t("event.all")}
          width={200}
          onChange={(event) => {
            set({ event });
          }}
        />
        <SourceSelect
          value={get("source")}
          onChange={(source) => {
            set({ source });
          }}
        />
        <DatePicker.RangePicker
          allowEmpty={[true, true]}
          aria-label={t("timeline.anyTime")}
          placeholder={[t("timeline.from"), t("timeline.to")]}
          value={[from ? dayjs(from) : null, to ? dayjs(to) : null]}
          style={{ width: 248 }}
          onChange={(days) => {
            const [first, last] = days ?? [];
            set({ from: first?.format("YYYY-MM-DD"), to: last?.format("YYYY-MM-DD") });
          }}
        />
      </Flex>
    </Flex>
  );
}
