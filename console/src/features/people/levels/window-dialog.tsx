/** Over how many days value is measured. */
import { useMutation } from "@tanstack/react-query";
import { Form, InputNumber, Modal } from "antd";
import { useTranslation } from "react-i18next";
import { api, done } from "@/api/client";
import type { Rfm } from "@/features/people/levels/use-reports";
import { useWorkspace } from "@/lib/workspace";
import { useProblemMessage } from "@/ui/states";

const DAYS_MAX = 36_500;

interface WindowDialogProps {
  settings: Rfm["settings"];
  onClose: () => void;
  onChanged: () => void;
}

export function WindowDialog({ settings, onClose, onChanged }: WindowDialogProps) {
  const { t } = useTranslation("levels");
  const { id } = useWorkspace();
  const [form] = Form.useForm<{ window_days: number }>();
  const tell = useProblemMessage();
  const change = useMutation({
    mutationFn: (days: { window_days: number }) =>
      done(
        api.PUT("/api/v1/workspaces/{workspace_id}/levels/rfm", {
          params: { path: { workspace_id: id } },
          body: { ...settings, ...days },
        }),
      ),
    onSuccess: onChanged,
    onError: tell,
  });
  return (
    <Modal
      open
      title={t("levels.editWindow")}
      okText={t("levels.save")}
      confirmLoading={change.isPending}
      onCancel={onClose}
      onOk={() => { form.submit(); }}
    >
      <p className="soft">{t("levels.windowHint")}</p>
      <Form form={form} layout="vertical" initialValues={{ window_days: settings.window_days }} onFinish={(days) => { change.mutate(days); }}>
        <Form.Item name="window_days" label={t("levels.windowDays")} rules={[{ required: true, message: t("levels.windowDays") }]}>
          <InputNumber min={1} max={DAYS_MAX} precision={0} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
