/** Events as they arrive: paused, filtered, looked into. */
import { ClearOutlined, PauseCircleOutlined, PlayCircleOutlined } from "@ant-design/icons";
import { Alert, Button, Card, Flex, Input } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { EventDrawer } from "@/features/collect/live/event-drawer";
import { EventTable } from "@/features/collect/live/event-table";
import { useStored } from "@/features/collect/live/use-stored";
import { useTail, type Entry, type LineState } from "@/features/collect/live/use-tail";
import { SourceSelect } from "@/ui/source-select";
import { useAddress } from "@/lib/use-address";
import { useDebounced } from "@/lib/use-debounced";
import { useFormat } from "@/lib/use-format";
import { useWorkspace } from "@/lib/workspace";
import { EventSelect } from "@/ui/event-select";
import { KeysAwayBanner } from "@/ui/keys-away";
import { Page } from "@/ui/page";
import { Failure, Nothing, Waiting } from "@/ui/states";

const STILL_MS = 400;
const SEARCH_WIDTH = 200;
const LOOKED_AT = 50;

function matches(entry: Entry, sought: string): boolean {
  if (!sought) return true;
  return JSON.stringify(entry).toLowerCase().includes(sought.toLowerCase());
}

/** The tail's entries before the stored ones, each message once. */
function joined(fresh: Entry[], stored: Entry[]): Entry[] {
  const seen = new Set<string>();
  return [...fresh, ...stored].filter((entry) => {
    const key = `${entry.message_id} ${entry.status}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

export function Component() {
  const { t } = useTranslation("live");
  const format = useFormat();
  const { id } = useWorkspace();
  const [get, set] = useAddress();
  const event = get("event") ?? "";
  const source = get("source");
  const asked = useDebounced(event, STILL_MS);
  const [sought, setSought] = useState("");
  const [isPaused, setPaused] = useState(false);
  const [opened, setOpened] = useState<Entry>();
  const tail = useTail({ event: asked, source, isPaused });
  const stored = useStored(asked, source);

  const rows = useMemo(
    () => joined(tail.entries, stored.data ?? []).filter((entry) => matches(entry, sought)),
    [tail.entries, stored.data, sought],
  );
  // One entry that stands closed is enough to ask why.
  const closed = useMemo(() => rows.slice(0, LOOKED_AT).map((entry) => JSON.stringify(entry)), [rows]);
  const isFiltered = Boolean(asked || source || sought);

  return (
    <Page
      title={t("nav.live")}
      hint={t("live.hint", { zone: format.zoneLabel })}
      actions={
        <>
          <Button
            type={isPaused ? "primary" : "default"}
            icon={isPaused ? <PlayCircleOutlined /> : <PauseCircleOutlined />}
            aria-pressed={isPaused}
            onClick={() => {
              setPaused(!isPaused);
            }}
          >
            {isPaused ? t("live.resume", { count: tail.waiting, shown: format.count(tail.waiting) }) : t("live.pause")}
          </Button>
          <Button icon={<ClearOutlined />} onClick={tail.clear} disabled={tail.entries.length === 0}>
            {t("live.clear")}
          </Button>
        </>
      }
    >
      <Flex wrap gap={8} align="center">
        <EventSelect
          value={event}
          onChange={(name) => {
            set({ event: name });
          }}
          placeholder={t("event.all")}
        />
        <SourceSelect
          value={source}
          onChange={(chosen) => {
            set({ source: chosen });
          }}
        />
        <Input.Search
          allowClear
          aria-label={t("live.search")}
          placeholder={t("live.search")}
          value={sought}
          onChange={(change) => {
            setSought(change.target.value);
          }}
          style={{ width: SEARCH_WIDTH }}
        />
        <LineLight line={tail.line} isPaused={isPaused} />
      </Flex>
      <KeysAwayBanner shown={closed} />
      {tail.hasGap && <Alert type="warning" showIcon closable title={t("live.gap")} />}
      <Card styles={{ body: { padding: 0 } }}>
        {stored.isError && <Failure error={stored.error} onRetry={() => void stored.refetch()} />}
        {stored.isPending && rows.length === 0 && <Waiting />}
        {!stored.isPending && rows.length === 0 && (
          <Nothing
            title={isFiltered ? t("live.noMatch") : t("live.none")}
            hint={isFiltered ? t("live.noMatchHint") : t("live.noneHint")}
            action={!isFiltered && <Link to={`/w/${id}/data/sources`}>{t("live.toSources")}</Link>}
          />
        )}
        {rows.length > 0 && <EventTable rows={rows} onOpen={setOpened} />}
        {stored.hasNextPage && (
          <Flex justify="center" style={{ padding: 8 }}>
            <Button type="link" loading={stored.isFetchingNextPage} onClick={() => void stored.fetchNextPage()}>
              {t("live.older")}
            </Button>
          </Flex>
        )}
      </Card>
      <EventDrawer
        entry={opened}
        onClose={() => {
          setOpened(undefined);
        }}
      />
    </Page>
  );
}

function LineLight({ line, isPaused }: { line: LineState; isPaused: boolean }) {
  const { t } = useTranslation("live");
  const isOn = line === "open" && !isPaused;
  return (
    <Flex gap={8} align="center" role="status" className="soft">
      <span className={isOn ? "pulse on" : "pulse off"} />
      {isPaused ? t("live.paused") : t(`live.${line}`)}
    </Flex>
  );
}
