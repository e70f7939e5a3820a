/** Who was deleted and stays so: nothing that arrives about them is kept, until it is lifted with a reason. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Form, Input, Radio, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, type Schema } from "@/api/client";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import { FormDialog } from "@/ui/form-dialog";
import { ListTable } from "@/ui/list-table";
import { Failure, Nothing, Waiting } from "@/ui/states";

type Suppression = Schema["Suppression"];

const SUPPRESSIONS = "/api/v1/workspaces/{workspace_id}/privacy/suppressions";
const REQUEST_LIFT = "/api/v1/workspaces/{workspace_id}/rights-requests/{request_id}/lift";
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
        <ListTable<Suppression>
          rows={items}
          rowKey={(one) => one.subject}
          pageSize={PAGE_SIZE}
          columns={[
            { title: t("suppressions.subject"), isName: true, render: (one) => <span className="mono">{one.subject}</span> },
            { title: t("suppressions.since"), className: "num", render: (one) => format.time(one.at) },
            {
              title: t("keyRing.state"),
              render: (one) =>
                one.lifted_at ? (
                  <Tag>{t("suppressions.liftedAt", { at: format.time(one.lifted_at) })}</Tag>
                ) : (
                  <Tag color="red">{t("suppressions.holds")}</Tag>
                ),
            },
            { title: t("suppressions.deletion"), isWide: true, render: (one) => <span className="mono">{one.request_id ?? "–"}</span> },
            {
              title: "",
              render: (one) =>
                mayLift && !one.lifted_at && (
                  <Button type="link" size="small" onClick={() => { setLifted(one); }}>
                    {t("suppressions.lift")}
                  </Button>
                ),
            },
          ]}
        />
      )}
      {lifted && <LiftDialog of={lifted} held={heldWith(lifted, items)} onClose={() => { setLifted(undefined); }} />}
    </Card>
  );
}

/** How many identifiers of the same deletion still hold. */
function heldWith(one: Suppression, items: Suppression[]): number {
  if (!one.request_id) return 1;
  return items.filter((each) => each.request_id === one.request_id && !each.lifted_at).length;
}

interface LiftDraft {
  scope: "one" | "all";
  reason: string;
}

function LiftDialog({ of: suppression, held, onClose }: { of: Suppression; held: number; onClose: () => void }) {
  const { t } = useTranslation("privacy");
  const { id } = useWorkspace();
  const { message } = App.useApp();
  const format = useFormat();
  const queries = useQueryClient();
  const hasMore = suppression.request_id !== null && held > 1;
  const lift = useMutation<unknown, unknown, LiftDraft>({
    mutationFn: ({ scope, reason }) =>
      scope === "all" && suppression.request_id
        ? body(
            api.POST(REQUEST_LIFT, {
              params: { path: { workspace_id: id, request_id: suppression.request_id } },
              body: { reason },
            }),
          )
        : body(
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
    <FormDialog<LiftDraft>
      title={t("suppressions.liftTitle")}
      okText={t("suppressions.liftNow")}
      work={lift}
      initialValues={{ scope: "one" }}
      before={<p>{t("suppressions.liftHint")}</p>}
      onSend={({ scope = "one", reason }) => { lift.mutate({ scope, reason: reason.trim() }); }}
      onClose={onClose}
    >
      {hasMore && (
        <Form.Item name="scope" label={t("suppressions.liftWhat")}>
          <Radio.Group className="choice-list">
            <Radio value="one">{t("suppressions.liftOne")}</Radio>
            <Radio value="all">{t("suppressions.liftAll", { shown: format.count(held) })}</Radio>
          </Radio.Group>
        </Form.Item>
      )}
      <Form.Item
        name="reason"
        label={t("grant.reason", { ns: "vault" })}
        rules={[{ required: true, whitespace: true, min: REASON_MIN, max: REASON_MAX, message: t("grant.reasonNeeded", { ns: "vault" }) }]}
      >
        <Input.TextArea autoFocus autoSize={{ minRows: 2, maxRows: 4 }} placeholder={t("suppressions.reasonExample")} />
      </Form.Item>
    </FormDialog>
  );
}
