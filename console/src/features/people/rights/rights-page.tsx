/** What everybody asked for by their rights: how far, and until when. */
import { DownloadOutlined } from "@ant-design/icons";
import { Button, Card, Drawer, Flex, Select, Table } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { DueDate, RequestView, RightState } from "@/features/people/rights/request-view";
import {
  RIGHT_KINDS, RIGHT_STATES, stepsDone, useRightsList, useRightsRequest, type RightsRequest,
} from "@/features/people/rights/use-rights";
import { downloadCsv } from "@/lib/csv";
import { useOperatorNames } from "@/lib/operators";
import { useAddress } from "@/lib/use-address";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import { Page } from "@/ui/page";
import { useIsPhone } from "@/ui/responsive";
import { Failure, Nothing, Waiting } from "@/ui/states";

const DRAWER_WIDTH = 480;
const ID_SHOWN = 12;

export function Component() {
  const { t } = useTranslation("rights");
  const format = useFormat();
  const mayRead = useMay("privacy:read");
  const [get, set] = useAddress();
  const state = RIGHT_STATES.find((one) => one === get("state"));
  const kind = RIGHT_KINDS.find((one) => one === get("kind"));
  const isPhone = useIsPhone();
  const opened = get("request");
  const list = useRightsList({ state, kind }, mayRead);
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const save = () => {
    downloadCsv("rights-requests", [
      ["id", t("rights.kind"), t("rights.person"), t("rights.state"), t("rights.askedAt"), t("rights.dueAt")],
      ...items.map((one) => [one.id, t(`rightKind.${one.kind}`), one.person_id, t(`rightState.${one.state}`), one.asked_at, one.due_at]),
    ]);
  };
  const List = isPhone ? RequestCards : RequestTable;
  return (
    <Page title={t("nav.rights")} hint={t("rights.hint", { zone: format.zoneLabel })}>
      <Card styles={{ body: { padding: 0 } }}>
        <Flex wrap gap={8} style={{ padding: "12px 16px" }}>
          <Select
            allowClear
            aria-label={t("rights.kind")}
            placeholder={t("rights.anyKind")}
            value={kind ?? null}
            options={RIGHT_KINDS.map((one) => ({ value: one as string, label: t(`rightKind.${one}`) }))}
            onChange={(chosen: string | null) => { set({ kind: chosen ?? undefined }); }}
            style={{ width: 200 }}
          />
          <Select
            allowClear
            aria-label={t("rights.state")}
            placeholder={t("rights.anyState")}
            value={state ?? null}
            options={RIGHT_STATES.map((one) => ({ value: one as string, label: t(`rightState.${one}`) }))}
            onChange={(chosen: string | null) => { set({ state: chosen ?? undefined }); }}
            style={{ width: 168 }}
          />
          <span style={{ flex: 1 }} />
          <Button icon={<DownloadOutlined />} disabled={items.length === 0} onClick={save}>{t("action.exportCsv")}</Button>
        </Flex>
        {!mayRead && <Nothing title={t("rights.notAllowed")} />}
        {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
        {mayRead && list.isPending && <Waiting />}
        {list.data && items.length === 0 && (
          <Nothing title={state || kind ? t("rights.noMatch") : t("rights.none")} hint={t("rights.noneHint")} />
        )}
        {items.length > 0 && <List requests={items} onOpen={(request) => { set({ request }); }} />}
        {list.hasNextPage && (
          <Flex justify="center" style={{ padding: 8 }}>
            <Button type="link" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("action.more")}</Button>
          </Flex>
        )}
      </Card>
      <Drawer open={opened !== undefined} size={DRAWER_WIDTH} title={t("rights.one")} onClose={() => { set({ request: undefined }); }} destroyOnHidden>
        {opened && <OneRequest request={opened} />}
      </Drawer>
    </Page>
  );
}

function OneRequest({ request }: { request: string }) {
  const { t } = useTranslation("rights");
  const { id } = useWorkspace();
  const mayOpen = useMay("people:read");
  const one = useRightsRequest(request);
  if (one.isError) return <Failure error={one.error} onRetry={() => void one.refetch()} />;
  if (!one.data) return <Waiting />;
  const isGone = one.data.kind === "deletion";
  return (
    <Flex vertical gap={12}>
      <Flex gap={8} align="center" wrap>
        <strong>{t(`rightKind.${one.data.kind}`)}</strong>
        <RightState request={one.data} />
      </Flex>
      <div className="mono break">
        {isGone || !mayOpen ? one.data.person_id : <Link to={`/w/${id}/people/${one.data.person_id}`}>{one.data.person_id}</Link>}
      </div>
      <RequestView request={one.data} />
    </Flex>
  );
}

interface ListProps {
  requests: RightsRequest[];
  onOpen: (request: string) => void;
}

/** On a phone: what is asked, how far it is and until when, without moving sideways. */
function RequestCards({ requests, onOpen }: ListProps) {
  const { t } = useTranslation("rights");
  const format = useFormat();
  return (
    <ul className="grant-cards">
      {requests.map((one) => (
        <li key={one.id}>
          <Flex justify="space-between" gap={8} align="center">
            <Button type="link" style={{ padding: 0, height: "auto" }} onClick={() => { onOpen(one.id); }}>
              {t(`rightKind.${one.kind}`)}
            </Button>
            <RightState request={one} />
          </Flex>
          <div className="mono soft break">{one.person_id}</div>
          <Flex justify="space-between" gap={8} className="soft small">
            <span className="num">{format.ago(one.asked_at)}</span>
            <span>{t("rights.dueAt")} <DueDate request={one} /></span>
          </Flex>
        </li>
      ))}
    </ul>
  );
}

function RequestTable({ requests, onOpen }: ListProps) {
  const { t } = useTranslation("rights");
  const format = useFormat();
  const nameOf = useOperatorNames();
  return (
    <Table<RightsRequest>
      size="small"
      rowKey="id"
      rowClassName="row-link"
      scroll={{ x: "max-content" }}
      pagination={false}
      dataSource={requests}
      onRow={(one) => ({
        tabIndex: 0,
        onClick: () => { onOpen(one.id); },
        onKeyDown: (event) => { if (event.key === "Enter") onOpen(one.id); },
      })}
      columns={[
        { title: t("rights.askedAt"), className: "num left", render: (_, one) => format.time(one.asked_at) },
        { title: t("rights.kind"), render: (_, one) => t(`rightKind.${one.kind}`) },
        { title: t("rights.person"), render: (_, one) => <span className="mono" title={one.person_id}>{one.person_id.slice(0, ID_SHOWN)}…</span> },
        { title: t("rights.state"), render: (_, one) => <RightState request={one} /> },
        { title: t("rights.steps"), className: "num", render: (_, one) => `${format.count(stepsDone(one))} / ${format.count(one.steps.length)}` },
        { title: t("rights.dueAt"), render: (_, one) => <DueDate request={one} /> },
        { title: t("rights.by"), render: (_, one) => nameOf(one.asked_by) },
      ]}
    />
  );
}
