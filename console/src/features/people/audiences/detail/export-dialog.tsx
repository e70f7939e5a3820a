/** Orders a file of an audience's people; without a purpose there is none. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Checkbox, Form, Input, Modal, Radio, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api, body, type Schema } from "@/api/client";
import { AUDIENCE, type Audience } from "@/features/people/audiences/use-audiences";
import { useTraitChoices } from "@/features/people/shared/traits";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import { Failure } from "@/ui/states";

interface Draft {
  format: Schema["ExportFormat"];
  purpose: string;
  traits?: string[];
  unmasked?: boolean;
}

const FORMATS: readonly Schema["ExportFormat"][] = ["csv", "hashed_phone", "hashed_email"];
const PURPOSE_MIN = 3;
const PURPOSE_MAX = 500;
const TRAITS_MAX = 50;

export function ExportDialog({ audience, onClose }: { audience: Audience; onClose: () => void }) {
  const { t } = useTranslation("audiences");
  const { id } = useWorkspace();
  const format = useFormat();
  const mayUnmask = useMay("identity:change");
  const queries = useQueryClient();
  const traits = useTraitChoices();
  const [form] = Form.useForm<Draft>();
  const chosen = Form.useWatch("format", form);
  const order = useMutation({
    mutationFn: (draft: Draft) =>
      body(
        api.POST(`${AUDIENCE}/exports`, {
          params: { path: { workspace_id: id, audience_id: audience.id } },
          body: { ...draft, traits: draft.traits ?? [], unmasked: draft.unmasked ?? false },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["audience-exports", id, audience.id] });
      onClose();
    },
  });
  return (
    <Modal
      open
      title={`${t("export.title")} · ${t("audiences.people", { count: audience.size, shown: format.count(audience.size) })}`}
      onCancel={onClose}
      onOk={form.submit}
      okText={t("export.start")}
      confirmLoading={order.isPending}
    >
      <Form<Draft>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ format: "csv", traits: [], unmasked: false }}
        onFinish={(draft) => {
          order.mutate(draft);
        }}
      >
        <Form.Item name="format" label={t("export.format")}>
          <Radio.Group
            options={FORMATS.map((one) => ({ value: one, label: t(`exportFormat.${one}`) }))}
            className="column-choice"
          />
        </Form.Item>
        <Form.Item
          name="purpose"
          label={t("export.purpose")}
          extra={t("export.purposeHint")}
          rules={[{ required: true, min: PURPOSE_MIN, max: PURPOSE_MAX }]}
        >
          <Input autoFocus placeholder={t("export.purposeExample")} />
        </Form.Item>
        {chosen === "csv" && (
          <>
            <Form.Item name="traits" label={t("export.traits")}>
              <Select
                mode="multiple"
                maxCount={TRAITS_MAX}
                options={traits.data?.items.map((one) => ({
                  value: one.name, label: format.language === "zh" ? one.label_zh : one.label_en,
                }))}
              />
            </Form.Item>
            {mayUnmask && (
              <Form.Item name="unmasked" valuePropName="checked">
                <Checkbox>{t("export.unmasked")}</Checkbox>
              </Form.Item>
            )}
          </>
        )}
        {order.isError && <Failure error={order.error} />}
      </Form>
    </Modal>
  );
}
