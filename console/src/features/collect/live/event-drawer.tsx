/** One event, whole: who, when, and its JSON as it was sent. */
import { Alert, Descriptions, Drawer, Flex } from "antd";
import { useTranslation } from "react-i18next";
import type { Entry } from "@/features/collect/live/use-tail";
import { useSourceNames } from "@/lib/use-sources";
import { useFormat } from "@/lib/use-format";
import { JsonView } from "@/ui/json-view";

const WIDTH = 560;

interface EventDrawerProps {
  entry: Entry | undefined;
  onClose: () => void;
}

export function EventDrawer({ entry, onClose }: EventDrawerProps) {
  return (
    <Drawer open={entry !== undefined} onClose={onClose} size={WIDTH} title={entry?.name} destroyOnHidden>
      {entry && <EventDetail entry={entry} />}
    </Drawer>
  );
}

function EventDetail({ entry }: { entry: Entry }) {
  const { t, i18n } = useTranslation("live");
  const format = useFormat();
  const sourceName = useSourceNames();
  const reason = entry.reason ?? "";
  const known = i18n.exists(`reason.${reason}`);
  const facts: [string, string][] = [
    [t("event.time"), `${format.time(entry.time, "second")} · ${format.zoneLabel}`],
    [t("event.received"), format.time(entry.received_time, "second")],
    [t("event.kind"), entry.kind],
    [t("trust.title"), t(`trust.${entry.trust}`)],
    [t("source.one"), sourceName(entry.source_id)],
    [t("event.userId"), entry.user_id ?? "–"],
    [t("event.anonymousId"), entry.anonymous_id ?? "–"],
    [t("event.messageId"), entry.message_id],
  ];
  return (
    <Flex vertical gap={16}>
      {entry.status === "quarantined" && (
        <Alert
          type="warning"
          showIcon
          title={t("live.quarantined")}
          description={known ? i18n.t(`reason.${reason}` as "reason.invalid_text") : reason}
        />
      )}
      <Descriptions
        size="small"
        column={1}
        items={facts.map(([label, words]) => ({
          key: label,
          label,
          children: <span className="break">{words}</span>,
        }))}
      />
      <div>
        <div className="field-label">{t("event.raw")}</div>
        <JsonView value={entry} label={t("event.raw")} />
      </div>
    </Flex>
  );
}
