/** Brings the brand's own numbers into the pool. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import { readNumbers } from "@/features/privacy/numbers/read-numbers";
import { useFormat } from "@/lib/use-format";
import { useWorkspace } from "@/lib/workspace";
import { FormDialog } from "@/ui/form-dialog";

const LABEL_MAX = 100;

interface Draft {
  numbers: string;
  label: string;
}

export function NumberDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("privacy");
  const { id } = useWorkspace();
  const { message } = App.useApp();
  const format = useFormat();
  const queries = useQueryClient();
  const add = useMutation({
    mutationFn: ({ numbers, label }: Draft) =>
      body(
        api.POST("/api/v1/workspaces/{workspace_id}/privacy/numbers", {
          params: { path: { workspace_id: id } },
          body: { numbers: readNumbers(numbers), label: label.trim() },
        }),
      ),
    onSuccess: async ({ added }) => {
      void message.success(t("numbers.added", { shown: format.count(added) }));
      await queries.invalidateQueries({ queryKey: ["privacy", id, "numbers"] });
      onClose();
    },
  });
  return (
    <FormDialog<Draft>
      title={t("numbers.add")}
      okText={t("numbers.addThem")}
      work={add}
      initialValues={{ label: "" }}
      onSend={(draft) => { add.mutate(draft); }}
      onClose={onClose}
    >
      <Form.Item name="numbers" label={t("numbers.list")} extra={t("numbers.listHint")} rules={[{ required: true, whitespace: true }]}>
        <Input.TextArea autoFocus autoSize={{ minRows: 3, maxRows: 10 }} className="mono" placeholder={"+862150001234\n+862150001235"} />
      </Form.Item>
      <Form.Item name="label" label={t("numbers.label")} rules={[{ max: LABEL_MAX }]}>
        <Input placeholder={t("numbers.labelExample")} />
      </Form.Item>
    </FormDialog>
  );
}
