/** How long things are kept; a job removes what is older. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Checkbox, Form, InputNumber } from "antd";
import { useTranslation } from "react-i18next";
import { api, body, type Schema } from "@/api/client";
import { useOperatorNames } from "@/lib/operators";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import { Failure, Waiting } from "@/ui/states";

type Retention = Schema["Retention"];
type RetentionAsk = Schema["RetentionAsk"];

const RETENTION = "/api/v1/workspaces/{workspace_id}/privacy/retention";
const TRAIL_DAYS_MIN = 1_095;
const EVENTS_DAYS_USUAL = 730;
const FORM_WIDTH = 480;
const BOUNDED = ["quarantine_days", "uploads_days", "exports_days", "trail_days"] as const;

export function RetentionTab() {
  const { id } = useWorkspace();
  const retention = useQuery({
    queryKey: ["privacy", id, "retention"],
    queryFn: ({ signal }) => body(api.GET(RETENTION, { params: { path: { workspace_id: id } }, signal })),
  });
  if (retention.isError) return <Failure error={retention.error} onRetry={() => void retention.refetch()} />;
  if (!retention.data) return <Card><Waiting rows={5} /></Card>;
  return <RetentionForm key={retention.data.changed_at} kept={retention.data} />;
}

function RetentionForm({ kept }: { kept: Retention }) {
  const { t } = useTranslation("privacy");
  const { id } = useWorkspace();
  const { message } = App.useApp();
  const format = useFormat();
  const nameOf = useOperatorNames();
  const mayManage = useMay("privacy:manage");
  const queries = useQueryClient();
  const [form] = Form.useForm<RetentionAsk>();
  const eventsDays = Form.useWatch("events_days", form) as number | null | undefined;
  const save = useMutation({
    mutationFn: (wanted: RetentionAsk) => body(api.PUT(RETENTION, { params: { path: { workspace_id: id } }, body: wanted })),
    onSuccess: async () => {
      void message.success(t("state.saved"));
      await queries.invalidateQueries({ queryKey: ["privacy", id] });
    },
  });
  const forever = eventsDays === null || (eventsDays === undefined && kept.events_days === null);
  return (
    <Card>
      <Form<RetentionAsk>
        form={form}
        layout="vertical"
        requiredMark={false}
        disabled={!mayManage}
        initialValues={kept}
        style={{ maxWidth: FORM_WIDTH }}
        onFinish={(wanted) => { save.mutate({ ...wanted, events_days: wanted.events_days ?? null }); }}
      >
        <Form.Item label={t("retention.events_days")} extra={t("retention.events_daysHint")} htmlFor="events_days">
          <Form.Item name="events_days" noStyle>
            <InputNumber min={1} precision={0} disabled={forever || !mayManage} suffix={t("dayUnit")} style={{ width: 160 }} />
          </Form.Item>
          <Checkbox
            style={{ marginInlineStart: 12 }}
            checked={forever}
            onChange={(event) => { form.setFieldValue("events_days", event.target.checked ? null : EVENTS_DAYS_USUAL); }}
          >
            {t("retention.forever")}
          </Checkbox>
        </Form.Item>
        {BOUNDED.map((name) => (
          <Form.Item
            key={name}
            name={name}
            label={t(`retention.${name}`)}
            extra={t(`retention.${name}Hint`)}
            rules={[{ required: true, type: "number", min: name === "trail_days" ? TRAIL_DAYS_MIN : 1 }]}
          >
            <InputNumber min={name === "trail_days" ? TRAIL_DAYS_MIN : 1} precision={0} suffix={t("dayUnit")} style={{ width: 160 }} />
          </Form.Item>
        ))}
        {save.isError && <Form.Item><Failure error={save.error} /></Form.Item>}
        {mayManage && (
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            {t("action.save")}
          </Button>
        )}
      </Form>
      <p className="soft">
        {kept.enforced_at ? t("retention.enforced", { at: format.time(kept.enforced_at) }) : t("retention.notYet")}
        {kept.changed_at && ` ${t("retention.changed", { who: nameOf(kept.changed_by), at: format.time(kept.changed_at) })}`}
      </p>
    </Card>
  );
}
