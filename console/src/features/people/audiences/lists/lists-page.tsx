/** Uploaded lists of identifiers: how many rows found somebody, and which did not. */
import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Card, Popconfirm, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, done, type Schema } from "@/api/client";
import { ListDialog } from "@/features/people/audiences/lists/list-dialog";
import { useLists } from "@/features/people/audiences/use-names";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import { Page } from "@/ui/page";
import "@/ui/people.css";
import { PlainTable } from "@/ui/plain-table";
import { Failure, Nothing, useProblemMessage, Waiting } from "@/ui/states";

type PeopleList = Schema["PeopleList"];

export function Component() {
  const { t } = useTranslation("audiences");
  const mayChange = useMay("audience:change");
  const lists = useLists();
  const [isMaking, setMaking] = useState(false);
  const items = lists.data?.items ?? [];
  const make = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => { setMaking(true); }}>
      {t("lists.new")}
    </Button>
  );
  return (
    <Page title={t("lists.title")} hint={t("lists.hint")} actions={mayChange && make}>
      <Card styles={{ body: { padding: 0 } }}>
        {lists.isError && <Failure error={lists.error} onRetry={() => void lists.refetch()} />}
        {lists.isPending && <Waiting />}
        {lists.data && items.length === 0 && (
          <Nothing title={t("lists.none")} hint={t("lists.noneHint")} action={mayChange && make} />
        )}
        {items.length > 0 && <ListTable lists={items} mayChange={mayChange} />}
      </Card>
      {isMaking && <ListDialog onClose={() => { setMaking(false); }} />}
    </Page>
  );
}

function ListTable({ lists, mayChange }: { lists: PeopleList[]; mayChange: boolean }) {
  const { t } = useTranslation("audiences");
  const { id } = useWorkspace();
  const format = useFormat();
  const queries = useQueryClient();
  const tell = useProblemMessage();
  const remove = useMutation({
    mutationFn: (list: string) =>
      done(
        api.DELETE("/api/v1/workspaces/{workspace_id}/lists/{list_id}", {
          params: { path: { workspace_id: id, list_id: list } },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["lists", id] }),
    onError: tell,
  });
  return (
    <Table<PeopleList>
      size="small"
      rowKey="id"
      scroll={{ x: "max-content" }}
      pagination={false}
      dataSource={lists}
      expandable={{
        rowExpandable: (list) => list.problems.length > 0,
        expandedRowRender: (list) => <Problems list={list} />,
      }}
      columns={[
        { title: t("lists.name"), dataIndex: "name" },
        { title: t("lists.rows"), className: "num", render: (_, list) => format.count(list.rows) },
        { title: t("lists.matched"), className: "num", render: (_, list) => format.count(list.matched) },
        { title: t("lists.people"), className: "num", render: (_, list) => format.count(list.people) },
        { title: t("lists.refused"), className: "num", render: (_, list) => format.count(list.refused) },
        { title: t("lists.at"), className: "num", render: (_, list) => format.time(list.created_at) },
        {
          title: "",
          render: (_, list) =>
            mayChange && (
              <Popconfirm
                title={t("lists.removeConfirm", { name: list.name })}
                description={<div className="confirm-words">{t("lists.removeHint")}</div>}
                onConfirm={() => {
                  remove.mutate(list.id);
                }}
              >
                <Button type="link" danger size="small">{t("lists.remove")}</Button>
              </Popconfirm>
            ),
        },
      ]}
    />
  );
}

function Problems({ list }: { list: PeopleList }) {
  const { t } = useTranslation("audiences");
  return (
    <>
      <p className="section-name">{t("lists.problems")}</p>
      <PlainTable
        rows={list.problems}
        rowKey={(one) => String(one.line)}
        columns={[
          { key: "line", title: t("lists.row"), className: "num", render: (one) => t("lists.line", { line: one.line }) },
          { key: "value", title: t("lists.value"), render: (one) => <span className="mono">{one.value}</span> },
          { key: "reason", title: t("lists.reason"), render: (one) => t(`rowReason.${one.reason}`) },
        ]}
      />
    </>
  );
}
