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
import { Failure, Nothing, Waiting } from "@/ui/states";

const DRAWER_WIDTH = 480;

export function Component() {
  const { t } = useTranslation("rights");
  const format = useFormat();
  const mayRead = useMay("privacy:read");
  const [get, set] = useAddress();
  const state = RIGHT_STATES.find((one) => one === get("state"));
  const kind = RIGHT_KINDS.find((one) => one === get("kind"));
  const opened = get("request");
  const list = useRightsList({ state, kind }, mayRead);
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const save = () => {
    downloadCsv("rights-requests", [
      ["id", t("rights.kind"), t("rights.person"), t("rights.state"), t("rights.askedAt"), t("rights.dueAt")],
      ...items.map((one) => [one.id, t(`rightKind.${one.kind}`), one.person_id, t(`rightState.${one.state}`), one.asked_at, one.due_at]),
    ]);
  };
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
        {items.length > 0 && <RequestTable requests={items} onOpen={(request) => { set({ request }); }} />}
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

function RequestTable({ requests, onOpen }: { requests: RightsRequest[]; onOpen: (request: string) => void }) {
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
        { title: t("rights.person"), render: (_, one) => <span className="mono">{one.person_id}</span> },
        { title: t("rights.state"), render: (_, one) => <RightState request={one} /> },
        { title: t("rights.steps"), className: "num", render: (_, one) => `${format.count(stepsDone(one))} / ${format.count(one.steps.length)}` },
        { title: t("rights.dueAt"), render: (_, one) => <DueDate request={one} /> },
        { title: t("rights.by"), render: (_, one) => nameOf(one.asked_by) },
      ]}
    />
  );
}
