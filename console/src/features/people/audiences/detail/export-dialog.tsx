/** Orders a file of an audience's people; without a purpose there is none. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Checkbox, Form, Input, Modal, Radio, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api, body, type Schema } from "@/api/client";
import { AUDIENCE, type Audience } from "@/features/people/audiences/use-audiences";
import { GrantField } from "@/features/people/audiences/detail/grant-field";
import { useTraitChoices } from "@/features/people/shared/traits";
import { useWord } from "@/features/people/shared/words";
import { useFormat } from "@/lib/use-format";
import { useVaultWord, type Purpose } from "@/lib/vault";
import { useMay, useWorkspace } from "@/lib/workspace";
import "@/ui/privacy.css";
import { Failure } from "@/ui/states";

interface Draft {
  format: Schema["ExportFormat"];
  purpose: string;
  use: Purpose;
  channel?: string;
  traits?: string[];
  unmasked?: boolean;
  grant_id?: string;
}

const FORMATS: readonly Schema["ExportFormat"][] = ["csv", "hashed_phone", "hashed_email"];
const PURPOSE_MIN = 3;
const PURPOSE_MAX = 500;
const TRAITS_MAX = 50;
const USES: readonly Purpose[] = ["service", "transaction", "marketing", "legal"];
const CHANNELS = ["sms", "email", "phone", "push", "wechat", "wecom"] as const;

export function ExportDialog({ audience, onClose }: { audience: Audience; onClose: () => void }) {
  const { t } = useTranslation("audiences");
  const { id } = useWorkspace();
  const format = useFormat();
  const word = useWord();
  const vaultWord = useVaultWord();
  const mayUnmask = useMay("privacy:reveal");
  const queries = useQueryClient();
  const traits = useTraitChoices();
  const [form] = Form.useForm<Draft>();
  const chosen = Form.useWatch("format", form);
  const use = Form.useWatch("use", form);
  const unmasked = Form.useWatch("unmasked", form);
  // A list for an ad platform is marketing, whatever else is chosen.
  const isList = chosen !== undefined && chosen !== "csv";
  const isMarketing = isList || use === "marketing";
  const order = useMutation({
    mutationFn: (draft: Draft) =>
      body(
        api.POST(`${AUDIENCE}/exports`, {
          params: { path: { workspace_id: id, audience_id: audience.id } },
          body: {
            ...draft, use: draft.format === "csv" ? draft.use : "marketing", channel: draft.channel ?? "", traits: draft.traits ?? [], unmasked: draft.unmasked ?? false,
            grant_id: draft.unmasked || draft.format !== "csv" ? draft.grant_id ?? null : null,
          },
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
        initialValues={{ format: "csv", use: "service", traits: [], unmasked: false }}
        // A grant is for one purpose: what was chosen for another does not stay.
        onValuesChange={(changed: Partial<Draft>) => {
          if (changed.use ?? changed.format) form.resetFields(["grant_id"]);
        }}
        onFinish={(draft) => {
          order.mutate(draft);
        }}
      >
        <Form.Item name="format" label={t("export.format")}>
          <Radio.Group
            options={FORMATS.filter((one) => one === "csv" || mayUnmask).map((one) => ({ value: one, label: t(`exportFormat.${one}`) }))}
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
        <div className="pair">
          {!isList && (
            <Form.Item name="use" label={t("export.use")} extra={isMarketing ? t("export.useHint") : undefined}>
              <Select options={USES.map((one) => ({ value: one, label: vaultWord("purposes", one) }))} />
            </Form.Item>
          )}
          {isMarketing && (
            <Form.Item name="channel" label={t("export.channel")} extra={isList ? t("export.useHint") : undefined}>
              <Select
                allowClear
                placeholder={t("export.ads")}
                options={CHANNELS.map((one) => ({ value: one as string, label: word("channel", one) }))}
              />
            </Form.Item>
          )}
        </div>
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
            {unmasked && <GrantField use={use ?? "service"} />}
          </>
        )}
        {isList && <GrantField use="marketing" />}
        {order.isError && <Failure error={order.error} />}
      </Form>
    </Modal>
  );
}
