/** One held event: what is wrong and where; put it right and let it go, or discard it. */
import { Alert, App, Button, Descriptions, Drawer, Flex, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useVerdicts, type Held } from "@/features/collect/quarantine/quarantine";
import { useReasonWord } from "@/features/collect/quarantine/reason-word";
import { useSourceNames } from "@/lib/use-sources";
import { useReasonHint } from "@/features/collect/quarantine/reason-word";
import { isClosed } from "@/lib/vault";
import { useFormat } from "@/lib/use-format";
import { useMay } from "@/lib/workspace";
import { Failure } from "@/ui/states";

const WIDTH = 600;

interface HeldDrawerProps {
  held: Held | undefined;
  onClose: () => void;
}

export function HeldDrawer({ held, onClose }: HeldDrawerProps) {
  const word = useReasonWord();
  return (
    <Drawer open={held !== undefined} onClose={onClose} size={WIDTH} title={held && word(held.reason)} destroyOnHidden>
      {held && <HeldDetail key={held.id} held={held} onClose={onClose} />}
    </Drawer>
  );
}

/** JSON set out in lines; anything else as it came. */
function laidOut(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
}

function brokenJson(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}

function HeldDetail({ held, onClose }: { held: Held; onClose: () => void }) {
  const { t } = useTranslation("quarantine");
  const { modal } = App.useApp();
  const format = useFormat();
  const sourceName = useSourceNames();
  // What cannot be opened now cannot be put right now either.
  const mayChange = useMay("quarantine:change") && held.state === "held" && !isClosed(held.payload);
  const { title, hint } = useReasonHint()(held.reason);
  const { release, discard } = useVerdicts();
  const before = laidOut(held.payload);
  const [text, setText] = useState(before);
  const isEdited = text !== before;
  const broken = isEdited ? brokenJson(text) : undefined;
  const facts: [string, string][] = [
    [t("quarantine.receivedAt"), `${format.time(held.received_at, "second")} · ${format.zoneLabel}`],
    [t("source.one"), sourceName(held.source_id)],
    [t("quarantine.pointer"), held.pointer || "/"],
    [t("quarantine.state"), t(`quarantineState.${held.state}`)],
  ];
  return (
    <Flex vertical gap={16}>
      <Alert
        type="warning"
        showIcon
        title={title}
        description={
          <>
            {hint}
            {held.detail && <div className="soft small break">{t("quarantine.detail", { detail: held.detail })}</div>}
          </>
        }
      />
      <Descriptions
        size="small"
        column={1}
        items={facts.map(([label, words]) => ({ key: label, label, children: words }))}
      />
      <div>
        <div className="field-label">{mayChange ? t("quarantine.editPayload") : t("quarantine.payload")}</div>
        <Input.TextArea
          className="mono"
          aria-label={t("quarantine.payload")}
          autoSize={{ minRows: 8, maxRows: 24 }}
          spellCheck={false}
          readOnly={!mayChange}
          status={broken === undefined ? "" : "error"}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
          }}
        />
        {broken !== undefined && <div className="delta-down">{t("quarantine.notJson", { detail: broken })}</div>}
      </div>
      {release.isError && <Failure error={release.error} />}
      {mayChange && (
        <Flex gap={8}>
          <Button
            type="primary"
            disabled={broken !== undefined}
            loading={release.isPending}
            onClick={() => {
              release.mutate(isEdited ? { held, payload: text } : { held }, { onSuccess: onClose });
            }}
          >
            {isEdited ? t("quarantine.releaseEdited") : t("quarantine.release")}
          </Button>
          <Button
            danger
            loading={discard.isPending}
            onClick={() =>
              void modal.confirm({
                title: t("quarantine.discardConfirm", { shown: format.count(1) }),
                content: t("quarantine.discardHint"),
                okText: t("quarantine.discard"),
                okButtonProps: { danger: true },
                onOk: () => discard.mutateAsync(held).then(onClose, () => undefined),
              })
            }
          >
            {t("quarantine.discard")}
          </Button>
        </Flex>
      )}
    </Flex>
  );
}
