/** Events that could not be understood: why, what was sent, and the way back in. */
import { Button, Card, Flex, Popconfirm, Segmented, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { HeldDrawer } from "@/features/collect/quarantine/held-drawer";
import { HeldTable } from "@/features/collect/quarantine/held-table";
import {
  useHeld, useReasonCounts, useVerdicts, type Held, type HeldState, type Reason,
} from "@/features/collect/quarantine/quarantine";
import { useReasonWord } from "@/features/collect/quarantine/reason-word";
import { SourceSelect } from "@/ui/source-select";
import { useAddress } from "@/lib/use-address";
import { useFormat } from "@/lib/use-format";
import { useMay } from "@/lib/workspace";
import { KeysAwayBanner } from "@/ui/keys-away";
import { Page } from "@/ui/page";
import { Failure, Nothing, Waiting } from "@/ui/states";

const STATES: readonly HeldState[] = ["held", "released", "discarded"];

export function Component() {
  const { t } = useTranslation("quarantine");
  const mayChange = useMay("quarantine:change");
  const [get, set] = useAddress();
  const state = STATES.find((one) => one === get("state")) ?? "held";
  const reason = get("reason") as Reason | undefined;
  const source = get("source");
  const held = useHeld({ state, reason, source });
  const [opened, setOpened] = useState<Held>();
  const rows = held.data?.pages.flatMap((page) => page.items) ?? [];

  return (
    <Page
      title={t("nav.quarantine")}
      hint={t("quarantine.hint")}
      actions={mayChange && <ReleaseAll reason={reason} source={source} isUseful={state === "held" && rows.length > 0} />}
    >
      <ReasonChips
        chosen={reason}
        onChoose={(chosen) => {
          set({ reason: chosen, state: undefined });
        }}
      />
      <Flex wrap gap={8}>
        <Segmented<HeldState>
          aria-label={t("quarantine.state")}
          value={state}
          options={STATES.map((one) => ({ value: one, label: t(`quarantineState.${one}`) }))}
          onChange={(chosen) => {
            set({ state: chosen === "held" ? undefined : chosen });
          }}
        />
        <SourceSelect
          value={source}
          onChange={(chosen) => {
            set({ source: chosen });
          }}
        />
      </Flex>
      <KeysAwayBanner shown={rows.map((one) => one.payload)} />
      <Card styles={{ body: { padding: 0 } }}>
        {held.isError && <Failure error={held.error} onRetry={() => void held.refetch()} />}
        {held.isPending && <Waiting />}
        {held.data && rows.length === 0 && (
          <Nothing
            title={reason || source ? t("quarantine.noMatch") : t(`quarantineNone.${state}`)}
            hint={state === "held" && !reason && !source ? t("quarantine.noneHint") : undefined}
          />
        )}
        {rows.length > 0 && <HeldTable rows={rows} onOpen={setOpened} />}
        {held.hasNextPage && (
          <Flex justify="center" style={{ padding: 8 }}>
            <Button type="link" loading={held.isFetchingNextPage} onClick={() => void held.fetchNextPage()}>
              {t("action.more")}
            </Button>
          </Flex>
        )}
      </Card>
      <HeldDrawer
        held={opened}
        onClose={() => {
          setOpened(undefined);
        }}
      />
    </Page>
  );
}

interface ReasonChipsProps {
  chosen: Reason | undefined;
  onChoose: (reason: Reason | undefined) => void;
}

function ReasonChips({ chosen, onChoose }: ReasonChipsProps) {
  const { t } = useTranslation("quarantine");
  const format = useFormat();
  const word = useReasonWord();
  const counts = useReasonCounts();
  const items = [...(counts.data?.items ?? [])].sort((a, b) => b.count - a.count);
  if (items.length === 0) return null;
  return (
    <Flex wrap gap={8} role="group" aria-label={t("quarantine.reasons")}>
      {items.map((one) => {
        const isOn = one.reason === chosen;
        return (
          <Button
            key={one.reason}
            size="small"
            type={isOn ? "primary" : "default"}
            aria-pressed={isOn}
            onClick={() => {
              onChoose(isOn ? undefined : (one.reason as Reason));
            }}
          >
            {word(one.reason)}
            <Tag variant="filled" style={{ marginInlineEnd: 0 }}>{format.count(one.count)}</Tag>
          </Button>
        );
      })}
    </Flex>
  );
}

interface ReleaseAllProps {
  reason: Reason | undefined;
  source: string | undefined;
  isUseful: boolean;
}

function ReleaseAll({ reason, source, isUseful }: ReleaseAllProps) {
  const { t } = useTranslation("quarantine");
  const format = useFormat();
  const word = useReasonWord();
  const { releaseMany } = useVerdicts();
  const counts = useReasonCounts();
  const matching = (counts.data?.items ?? []).filter((one) => !reason || one.reason === reason);
  const many = matching.reduce((sum, one) => sum + one.count, 0);
  // The summary is not split by source: with one chosen, the number would be a guess.
  const shown = source ? t("quarantine.ofSource") : format.count(many);
  return (
    <Popconfirm
      title={reason ? t("quarantine.releaseReason", { reason: word(reason), shown }) : t("quarantine.releaseAll", { shown })}
      description={<div className="confirm-words">{t("quarantine.releaseAllHint")}</div>}
      onConfirm={() => {
        releaseMany.mutate({ reason, source });
      }}
    >
      <Button disabled={!isUseful} loading={releaseMany.isPending}>
        {t("quarantine.tryAgain")}
      </Button>
    </Popconfirm>
  );
}
