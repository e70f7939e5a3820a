/** Who may read what, for what, how long: asked for, answered by another, used up. */
import { PlusOutlined } from "@ant-design/icons";
import { Button, Card, Flex, Select, Table } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { GrantActions } from "@/features/privacy/grants/grant-actions";
import { GrantDialog } from "@/features/privacy/grants/grant-dialog";
import { GrantReason, GrantStanding, GrantUse, GrantWhat } from "@/features/privacy/grants/grant-parts";
import { useActorWord } from "@/features/privacy/trail/trail-words";
import { GRANT_STATES, useGrants, type Grant } from "@/lib/grants";
import { useAddress } from "@/lib/use-address";
import { useFormat } from "@/lib/use-format";
import { useVaultWord } from "@/lib/vault";
import { useMay } from "@/lib/workspace";
import { useIsPhone } from "@/ui/responsive";
import { Failure, Nothing, Waiting } from "@/ui/states";

const TICK_MS = 30_000;

/** The present, moving on by itself, so that what runs out is seen to. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => { setNow(Date.now()); }, TICK_MS);
    return () => { clearInterval(timer); };
  }, []);
  return now;
}

export function GrantsTab() {
  const { t } = useTranslation("privacy");
  const word = useVaultWord();
  const isPhone = useIsPhone();
  const mayAsk = useMay("privacy:reveal");
  const [get, set] = useAddress();
  const state = GRANT_STATES.find((one) => one === get("state"));
  const grants = useGrants();
  const [isAsking, setAsking] = useState(false);
  // How a grant stands is found when it is looked at, so what was loaded is chosen from here.
  const items = (grants.data?.pages.flatMap((page) => page.items) ?? []).filter((one) => !state || one.state === state);
  return (
    <Card styles={{ body: { padding: 0 } }}>
      <Flex wrap gap={8} className="toolbar">
        <Select
          allowClear
          aria-label={t("grants.state")}
          placeholder={t("grants.anyState")}
          value={state ?? null}
          options={GRANT_STATES.map((one) => ({ value: one as string, label: word("grantState", one) }))}
          onChange={(chosen: string | null) => { set({ state: chosen ?? undefined }); }}
          style={{ width: 168 }}
        />
        <span style={{ flex: 1 }} />
        {mayAsk && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => { setAsking(true); }}>
            {t("grant.ask", { ns: "vault" })}
          </Button>
        )}
      </Flex>
      {grants.isError && <Failure error={grants.error} onRetry={() => void grants.refetch()} />}
      {grants.isPending && <Waiting />}
      {grants.data && items.length === 0 && <Nothing title={state ? t("grants.noMatch") : t("grants.none")} hint={t("grants.noneHint")} />}
      {items.length > 0 && (isPhone ? <GrantCards grants={items} /> : <GrantTable grants={items} />)}
      {grants.hasNextPage && (
        <Flex justify="center" style={{ padding: 8 }}>
          <Button type="link" loading={grants.isFetchingNextPage} onClick={() => void grants.fetchNextPage()}>
            {t("action.more")}
          </Button>
        </Flex>
      )}
      {isAsking && <GrantDialog onClose={() => { setAsking(false); }} />}
    </Card>
  );
}

interface ListProps {
  grants: Grant[];
}

function GrantTable({ grants }: ListProps) {
  const { t } = useTranslation("privacy");
  const format = useFormat();
  const actorWord = useActorWord();
  const now = useNow();
  return (
    <Table<Grant>
      size="small"
      rowKey="id"
      scroll={{ x: "max-content" }}
      pagination={false}
      dataSource={grants}
      columns={[
        {
          title: t("grants.who"),
          render: (_, one) => (
            <>
              {actorWord(one.requested_by)}
              <div className="soft num">{format.time(one.requested_at)}</div>
            </>
          ),
        },
        { title: t("grants.what"), className: "cell-narrow", render: (_, one) => <GrantWhat grant={one} /> },
        { title: t("grant.reason", { ns: "vault" }), className: "cell-wide", render: (_, one) => <GrantReason grant={one} /> },
        { title: t("grants.state"), render: (_, one) => <GrantStanding grant={one} now={now} /> },
        { title: t("grants.used"), className: "cell-narrow", render: (_, one) => <GrantUse grant={one} now={now} /> },
        { title: "", render: (_, one) => <GrantActions grant={one} /> },
      ]}
    />
  );
}

/** On a phone: who is asked to approve on the way sees all of it without moving sideways. */
function GrantCards({ grants }: ListProps) {
  const format = useFormat();
  const actorWord = useActorWord();
  const now = useNow();
  return (
    <ul className="grant-cards">
      {grants.map((one) => (
        <li key={one.id}>
          <Flex justify="space-between" gap={8}>
            <strong>{actorWord(one.requested_by)}</strong>
            <span className="soft num">{format.ago(one.requested_at)}</span>
          </Flex>
          <div><GrantWhat grant={one} /></div>
          <div><GrantReason grant={one} /></div>
          <div><GrantStanding grant={one} now={now} /></div>
          {one.starts_at && <GrantUse grant={one} now={now} />}
          <GrantActions grant={one} />
        </li>
      ))}
    </ul>
  );
}
