/** Systems of the house that are told when somebody is deleted, and what became of telling them. */
import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Card, Flex, Form, Input, Modal, Popconfirm, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, done, type Schema } from "@/api/client";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import { CopyBox } from "@/ui/copy";
import { FormDialog } from "@/ui/form-dialog";
import { ListTable } from "@/ui/list-table";
import { Failure, Nothing, useProblemMessage, Waiting } from "@/ui/states";

type System = Schema["ConnectedSystem"];
type Draft = Schema["ConnectedSystemAsk"];

const STATE_COLOURS = { initialized: "default", running: "blue", partial: "orange", failed: "red", finished: "green" } as const;
const SYSTEMS = "/api/v1/workspaces/{workspace_id}/privacy/systems";

export function SystemsTab() {
  const { t } = useTranslation("privacy");
  const { id } = useWorkspace();
  const mayManage = useMay("privacy:manage");
  const [isAdding, setAdding] = useState(false);
  const systems = useQuery({
    queryKey: ["privacy", id, "systems"],
    queryFn: ({ signal }) => body(api.GET(SYSTEMS, { params: { path: { workspace_id: id } }, signal })),
  });
  const items = systems.data?.items ?? [];
  return (
    <Card styles={{ body: { padding: 0 } }}>
      <Flex wrap gap={8} align="center" className="toolbar">
        <span className="soft" style={{ flex: "1 1 280px" }}>{t("systems.hint")}</span>
        {mayManage && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => { setAdding(true); }}>
            {t("systems.add")}
          </Button>
        )}
      </Flex>
      {systems.isError && <Failure error={systems.error} onRetry={() => void systems.refetch()} />}
      {systems.isPending && <Waiting rows={3} />}
      {systems.data && items.length === 0 && <Nothing title={t("systems.none")} hint={t("systems.noneHint")} />}
      {items.length > 0 && <SystemTable systems={items} />}
      {isAdding && <SystemDialog onClose={() => { setAdding(false); }} />}
    </Card>
  );
}

function SystemTable({ systems }: { systems: System[] }) {
  const { t } = useTranslation("privacy");
  const { id } = useWorkspace();
  const format = useFormat();
  const tell = useProblemMessage();
  const mayManage = useMay("privacy:manage");
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: (system: System) =>
      done(api.DELETE(`${SYSTEMS}/{system_id}`, { params: { path: { workspace_id: id, system_id: system.id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["privacy", id] }),
    onError: tell,
  });
  return (
    <ListTable<System>
      rows={systems}
      rowKey={(one) => one.id}
      columns={[
        { title: t("systems.name"), isName: true, render: (one) => one.name },
        { title: t("systems.url"), className: "cell-wide", isWide: true, render: (one) => <span className="mono break">{one.url}</span> },
        {
          title: t("systems.told"),
          isWide: true,
          render: (one) => (
            <Flex wrap gap={4}>
              {Object.entries(one.states).filter(([, many]) => many > 0).map(([state, many]) => (
                <Tag key={state} color={STATE_COLOURS[state as keyof typeof STATE_COLOURS]}>
                  {t(`systemState.${state as keyof typeof STATE_COLOURS}`)} {format.count(many)}
                </Tag>
              ))}
              {Object.values(one.states).every((many) => many === 0) && <span className="soft">{t("systems.notYet")}</span>}
            </Flex>
          ),
        },
        { title: t("systems.since"), className: "num", render: (one) => format.time(one.created_at) },
        {
          title: "",
          render: (one) =>
            mayManage && (
              <Popconfirm
                title={t("systems.removeConfirm", { name: one.name })}
                description={<div className="confirm-words">{t("systems.removeHint")}</div>}
                onConfirm={() => { remove.mutate(one); }}
              >
                <Button type="link" danger size="small">{t("action.remove")}</Button>
              </Popconfirm>
            ),
        },
      ]}
    />
  );
}

function SystemDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("privacy");
  const { id } = useWorkspace();
  const queries = useQueryClient();
  const add = useMutation({
    mutationFn: (draft: Draft) => body(api.POST(SYSTEMS, { params: { path: { workspace_id: id } }, body: draft })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["privacy", id] }),
    // A secret is shown once, so it is not kept here either.
    gcTime: 0,
  });
  if (add.data) {
    return (
      <Modal open title={t("systems.added")} onCancel={onClose} onOk={onClose} cancelButtonProps={{ hidden: true }}>
        <Alert type="warning" showIcon title={t("systems.secretOnce")} style={{ marginBottom: 16 }} />
        <CopyBox text={add.data.secret} label={t("systems.secret")} />
      </Modal>
    );
  }
  return (
    <FormDialog<Draft>
      title={t("systems.add")}
      okText={t("action.create")}
      work={add}
      onSend={(draft) => { add.mutate(draft); }}
      onClose={onClose}
    >
      <Form.Item name="name" label={t("systems.name")} rules={[{ required: true, whitespace: true, max: 100 }]}>
        <Input autoFocus placeholder={t("systems.nameExample")} />
      </Form.Item>
      <Form.Item name="url" label={t("systems.url")} extra={t("systems.urlHint")} rules={[{ required: true, type: "url" }]}>
        <Input inputMode="url" placeholder="https://crm.example.com/hooks/forget" />
      </Form.Item>
    </FormDialog>
  );
}
