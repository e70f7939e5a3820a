/** The pool of virtual numbers: who calls a person dials one of these, never the person's own. */
import { PlusOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Card, Flex, Popconfirm, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, done, type Schema } from "@/api/client";
import { ExchangeSecret } from "@/features/privacy/numbers/exchange-secret";
import { NumberDialog } from "@/features/privacy/numbers/number-dialog";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import { ListTable } from "@/ui/list-table";
import { Failure, Nothing, useProblemMessage, Waiting } from "@/ui/states";

type PoolNumber = Schema["PoolNumber"];

const NUMBERS = "/api/v1/workspaces/{workspace_id}/privacy/numbers";
const PAGE_SIZE = 50;
const SUMS = ["numbers", "bound", "resting", "free"] as const;

export function NumbersTab() {
  const { t } = useTranslation("privacy");
  const { id } = useWorkspace();
  const format = useFormat();
  const mayManage = useMay("privacy:manage");
  const [isAdding, setAdding] = useState(false);
  const numbers = useInfiniteQuery({
    queryKey: ["privacy", id, "numbers"],
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET(NUMBERS, {
          params: { path: { workspace_id: id }, query: { limit: PAGE_SIZE, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const items = numbers.data?.pages.flatMap((page) => page.items) ?? [];
  const summary = numbers.data?.pages[0]?.summary;
  return (
    <Card styles={{ body: { padding: 0 } }}>
      <Flex wrap gap={8} align="center" className="toolbar">
        <span className="soft" style={{ flex: "1 1 280px" }}>{t("numbers.hint")}</span>
        {mayManage && (
          <>
            <ExchangeSecret />
            <Button type="primary" icon={<PlusOutlined />} onClick={() => { setAdding(true); }}>
              {t("numbers.add")}
            </Button>
          </>
        )}
      </Flex>
      {summary && summary.numbers > 0 && (
        <Flex wrap gap={24} style={{ padding: "0 16px 12px" }}>
          {SUMS.map((one) => (
            <span key={one} className="num">
              <span className="soft">{t(`numbers.${one}`)}</span> {format.count(summary[one])}
            </span>
          ))}
        </Flex>
      )}
      {numbers.isError && <Failure error={numbers.error} onRetry={() => void numbers.refetch()} />}
      {numbers.isPending && <Waiting rows={3} />}
      {numbers.data && items.length === 0 && <Nothing title={t("numbers.none")} hint={t("numbers.noneHint")} />}
      {items.length > 0 && <NumberTable numbers={items} />}
      {numbers.hasNextPage && (
        <Flex justify="center" style={{ padding: 8 }}>
          <Button type="link" loading={numbers.isFetchingNextPage} onClick={() => void numbers.fetchNextPage()}>
            {t("action.more")}
          </Button>
        </Flex>
      )}
      {isAdding && <NumberDialog onClose={() => { setAdding(false); }} />}
    </Card>
  );
}

function NumberState({ of: one }: { of: PoolNumber }) {
  const { t } = useTranslation("privacy");
  const format = useFormat();
  if (one.is_bound) return <Tag color="blue">{t("numbers.bound")}</Tag>;
  if (one.free_at) return <Tag>{t("numbers.rests", { at: format.time(one.free_at) })}</Tag>;
  return <Tag color="green">{t("numbers.free")}</Tag>;
}

function NumberTable({ numbers }: { numbers: PoolNumber[] }) {
  const { t } = useTranslation("privacy");
  const { id } = useWorkspace();
  const format = useFormat();
  const tell = useProblemMessage();
  const mayManage = useMay("privacy:manage");
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: (one: PoolNumber) =>
      done(api.DELETE(`${NUMBERS}/{number}`, { params: { path: { workspace_id: id, number: one.number } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["privacy", id, "numbers"] }),
    onError: tell,
  });
  return (
    <ListTable<PoolNumber>
      rows={numbers}
      rowKey={(one) => one.number}
      columns={[
        { title: t("numbers.number"), isName: true, render: (one) => <span className="mono">{one.number}</span> },
        { title: t("numbers.label"), render: (one) => one.label },
        { title: t("keyRing.state"), render: (one) => <NumberState of={one} /> },
        { title: t("numbers.since"), className: "num", render: (one) => format.time(one.created_at) },
        {
          title: "",
          render: (one) =>
            mayManage && !one.is_bound && (
              <Popconfirm title={t("numbers.removeConfirm", { name: one.number })} onConfirm={() => { remove.mutate(one); }}>
                <Button type="link" danger size="small">{t("action.remove")}</Button>
              </Popconfirm>
            ),
        },
      ]}
    />
  );
}
