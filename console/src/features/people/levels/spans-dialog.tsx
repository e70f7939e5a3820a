/** After how long a buyer lapses and is lost. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Form, InputNumber, Modal } from "antd";
import { useTranslation } from "react-i18next";
import { api, done } from "@/api/client";
import type { LifeCycle } from "@/features/people/levels/use-reports";
import { useWorkspace } from "@/lib/workspace";
import { useProblemMessage } from "@/ui/states";

const DAYS_MAX = 36_500;

interface Spans {
  lapsing_days: number;
  lost_days: number;
}

export function SpansDialog({ rules, onClose }: { rules: LifeCycle["rules"]; onClose: () => void }) {
  const { t } = useTranslation("levels");
  const { id } = useWorkspace();
  const [form] = Form.useForm<Spans>();
  const queries = useQueryClient();
  const tell = useProblemMessage();
  const change = useMutation({
    mutationFn: (spans: Spans) =>
      done(
        api.PUT("/api/v1/workspaces/{workspace_id}/life-cycle/rules", {
          params: { path: { workspace_id: id } },
          body: { ...rules, ...spans },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["life-cycle", id] });
      onClose();
    },
    onError: tell,
  });
  return (
    <Modal
      open
      title={t("levels.editRules")}
      okText={t("levels.save")}
      confirmLoading={change.isPending}
      onCancel={onClose}
      onOk={() => { form.submit(); }}
    >
      <p className="soft">{t("levels.rulesHint")}</p>
      <Form<Spans>
        form={form}
        layout="vertical"
        initialValues={{ lapsing_days: rules.lapsing_days, lost_days: rules.lost_days }}
        onFinish={(spans) => { change.mutate(spans); }}
      >
        <Form.Item name="lapsing_days" label={t("levels.lapsingDays")} required>
          <InputNumber min={1} max={DAYS_MAX} precision={0} />
        </Form.Item>
        <Form.Item name="lost_days" label={t("levels.lostDays")} required>
          <InputNumber min={1} max={DAYS_MAX} precision={0} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
