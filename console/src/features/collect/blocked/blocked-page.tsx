/** Identifiers that stand for nobody: an event that names only such a one waits in quarantine. */
import { DownloadOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Card, Flex, Input, Popconfirm, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { BlockDialog } from "@/features/collect/blocked/block-dialog";
import { useBlocked, useChangeBlocked } from "@/features/collect/blocked/use-blocked";
import { downloadCsv } from "@/lib/csv";
import { useAddress } from "@/lib/use-address";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import { Page } from "@/ui/page";
import { Failure, Nothing, useProblemMessage, Waiting } from "@/ui/states";

const SEARCH_WIDTH = 240;
const PAGE_SIZE = 50;

export function Component() {
  const { t } = useTranslation("blocked");
  const { id } = useWorkspace();
  const mayChange = useMay("source:change");
  const mayRead = useMay("event:read");
  const format = useFormat();
  const blocked = useBlocked();
  const [isAdding, setAdding] = useState(false);
  const [get, set] = useAddress();
  const sought = get("q") ?? "";
  const all = blocked.data?.values ?? [];
  const shown = all.filter((one) => one.toLowerCase().includes(sought.toLowerCase()));
  const add = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => { setAdding(true); }}>
      {t("blocked.add")}
    </Button>
  );
  return (
    <Page
      title={t("nav.blockedIds")}
      hint={
        <>
          {t("blocked.hint")}{" "}
          {mayRead && <Link to={`/w/${id}/data/quarantine?reason=blocked_identifier`}>{t("blocked.held")}</Link>}
        </>
      }
      actions={mayChange && add}
    >
      {all.length > 0 && (
        <Flex wrap gap={8} justify="space-between" align="center">
          <Input.Search
            allowClear
            aria-label={t("blocked.search")}
            placeholder={t("blocked.search")}
            value={sought}
            onChange={(event) => { set({ q: event.target.value }); }}
            style={{ width: SEARCH_WIDTH }}
          />
          <Flex gap={16} align="center">
            <span className="soft num">{t("blocked.count", { shown: format.count(shown.length) })}</span>
            <Button icon={<DownloadOutlined />} onClick={() => { downloadCsv("blocked-ids", [[t("blocked.value")], ...shown.map((one) => [one])]); }}>
              {t("action.exportCsv")}
            </Button>
          </Flex>
        </Flex>
      )}
      <Card styles={{ body: { padding: 0 } }}>
        {blocked.isError && <Failure error={blocked.error} onRetry={() => void blocked.refetch()} />}
        {blocked.isPending && <Waiting rows={4} />}
        {blocked.data && all.length === 0 && (
          <Nothing title={t("blocked.none")} hint={t("blocked.noneHint")} action={mayChange && add} />
        )}
        {all.length > 0 && <BlockedTable values={shown} mayChange={mayChange} />}
      </Card>
      {isAdding && <BlockDialog onClose={() => { setAdding(false); }} />}
    </Page>
  );
}

function BlockedTable({ values, mayChange }: { values: string[]; mayChange: boolean }) {
  const { t } = useTranslation("blocked");
  return (
    <Table<{ value: string }>
      size="small"
      rowKey="value"
      pagination={values.length > PAGE_SIZE && { pageSize: PAGE_SIZE, showSizeChanger: false }}
      dataSource={values.map((value) => ({ value }))}
      locale={{ emptyText: t("blocked.noMatch") }}
      columns={[
        { title: t("blocked.value"), render: (_, one) => <span className="mono break">{one.value}</span> },
        { title: "", align: "end", width: 120, render: (_, one) => mayChange && <RemoveButton value={one.value} /> },
      ]}
    />
  );
}

function RemoveButton({ value }: { value: string }) {
  const { t } = useTranslation("blocked");
  const change = useChangeBlocked();
  const tell = useProblemMessage();
  return (
    <Popconfirm
      title={t("blocked.removeConfirm", { value })}
      description={<div className="confirm-words">{t("blocked.removeHint")}</div>}
      okText={t("action.remove")}
      onConfirm={() => { change.mutate((values) => values.filter((one) => one !== value), { onError: tell }); }}
    >
      <Button type="link" danger size="small" loading={change.isPending} aria-label={t("blocked.removeLabel", { value })}>
        {t("action.remove")}
      </Button>
    </Popconfirm>
  );
}
