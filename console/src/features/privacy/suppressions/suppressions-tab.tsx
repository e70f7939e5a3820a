/** Who was deleted and stays so: nothing that arrives about them is kept, until it is lifted with a reason. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Form, Input, Modal, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, type Schema } from "@/api/client";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import { Failure, Nothing, Waiting } from "@/ui/states";

type Suppression = Schema["Suppression"];

const SUPPRESSIONS = "/api/v1/workspaces/{workspace_id}/privacy/suppressions";
const PAGE_SIZE = 50;
const REASON_MIN = 3;
const REASON_MAX = 500;

export function SuppressionsTab() {
  const { t } = useTranslation("privacy");
  const { id } = useWorkspace();
  const format = useFormat();
  const mayLift = useMay("people:rights");
  const [lifted, setLifted] = useState<Suppression>();
  const list = useQuery({
    queryKey: ["privacy", id, "suppressions"],
    queryFn: ({ signal }) => body(api.GET(SUPPRESSIONS, { params: { path: { workspace_id: id } }, signal })),
  });
  const items = list.data?.items ?? [];
  return (
    <Card styles={{ body: { padding: 0 } }}>
      <div className="soft toolbar">{t("suppressions.hint")}</div>
      {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Waiting rows={4} />}
      {list.data && items.length === 0 && <Nothing title={t("suppressions.none")} hint={t("suppressions.noneHint")} />}
      {items.length > 0 && (
        <Table<Suppression>
          size="small"
          rowKey="subject"
          scroll={{ x: "max-content" }}
          pagination={items.length > PAGE_SIZE && { pageSize: PAGE_SIZE, showSizeChanger: false }}
          dataSource={items}
          columns={[
            { title: t("suppressions.subject"), render: (_, one) => <span className="mono">{one.subject}</span> },
            { title: t("suppressions.since"), className: "num", render: (_, one) => format.time(one.at) },
            {
              title: t("keyRing.state"),
              render: (_, one) =>
                one.lifted_at ? (
                  <Tag>{t("suppressions.liftedAt", { at: format.time(one.lifted_at) })}</Tag>
                ) : (
                  <Tag color="red">{t("suppressions.holds")}</Tag>
                ),
            },
            {
              title: "",
              render: (_, one) =>
                mayLift && !one.lifted_at && (
                  <Button type="link" size="small" onClick={() => { setLifted(one); }}>
                    {t("suppressions.lift")}
                  </Button>
                ),
            },
          ]}
        />
      )}
      {lifted && <LiftDialog of={lifted} onClose={() => { setLifted(undefined); }} />}
    </Card>
  );
}

function LiftDialog({ of: suppression, onClose }: { of: Suppression; onClose: () => void }) {
  const { t } = useTranslation("privacy");
  const { id } = useWorkspace();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<{ reason: string }>();
  const lift = useMutation({
    mutationFn: (reason: string) =>
      body(
        api.POST(`${SUPPRESSIONS}/lift`, {
          params: { path: { workspace_id: id } },
          body: { subject: suppression.subject, reason },
        }),
      ),
    onSuccess: async () => {
      void message.success(t("suppressions.lifted"));
      await queries.invalidateQueries({ queryKey: ["privacy", id, "suppressions"] });
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t("suppressions.liftTitle")}
      okText={t("suppressions.lift")}
      confirmLoading={lift.isPending}
      onCancel={onClose}
      onOk={form.submit}
    >
      <p>{t("suppressions.liftHint")}</p>
      <Form<{ reason: string }> form={form} layout="vertical" requiredMark={false} onFinish={({ reason }) => { lift.mutate(reason.trim()); }}>
        <Form.Item
          name="reason"
          label={t("grant.reason", { ns: "vault" })}
          rules={[{ required: true, whitespace: true, min: REASON_MIN, max: REASON_MAX, message: t("grant.reasonNeeded", { ns: "vault" }) }]}
        >
          <Input.TextArea autoFocus autoSize={{ minRows: 2, maxRows: 4 }} placeholder={t("suppressions.reasonExample")} />
        </Form.Item>
        {lift.isError && <Failure error={lift.error} />}
      </Form>
    </Modal>
  );
}
