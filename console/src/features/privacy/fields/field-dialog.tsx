/** Declares a field that holds personal data; from then on its values go to the vault. */
import { Alert, AutoComplete, Checkbox, Form, Input, InputNumber, Radio, Select } from "antd";
import { useTranslation } from "react-i18next";
import { maskSample } from "@/features/privacy/fields/mask-samples";
import { useFieldWork, type FieldAsk } from "@/features/privacy/fields/use-fields";
import { CLASSES, PURPOSES, useKinds, useVaultWord } from "@/lib/vault";
import { FormDialog } from "@/ui/form-dialog";

const PLACE = /^(\*|[^.\s]+(\.[^.\s]+)*)\.[^.\s]+$/;
const KIND = /^[a-z][a-z0-9_]{0,31}$/;

export function FieldDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("privacy");
  const word = useVaultWord();
  const [form] = Form.useForm<FieldAsk>();
  const { add } = useFieldWork();
  const kind = (Form.useWatch("kind", form) as string | undefined) ?? "";
  const known = useKinds();
  const required = [{ required: true, whitespace: true, max: 100 }];
  return (
    <FormDialog<FieldAsk>
      title={t("fields.add")}
      okText={t("fields.declare")}
      work={add}
      form={form}
      initialValues={{ data_class: "important", purposes: ["service"], retention_days: null }}
      onSend={(draft) => { add.mutate(draft, { onSuccess: onClose }); }}
      onClose={onClose}
    >
      <Form.Item
        name="place"
        label={t("fields.place")}
        extra={t("fields.placeHint")}
        rules={[{ required: true, pattern: PLACE, message: t("fields.placeWrong") }]}
      >
        <Input autoFocus className="mono" placeholder="traits.wxid" />
      </Form.Item>
      <Form.Item
        name="kind"
        label={t("fields.kind")}
        extra={kind ? t("fields.maskAs", { mask: maskSample(kind) }) : t("fields.kindHint")}
        rules={[{ required: true, pattern: KIND, message: t("fields.kindWrong") }]}
      >
        <AutoComplete
          options={known.map((one) => ({ value: one, label: `${word("kinds", one)} · ${one}` }))}
          showSearch={{ filterOption: (typed, option) => option?.label.toLowerCase().includes(typed.toLowerCase()) ?? false }}
        />
      </Form.Item>
      {kind && !known.includes(kind) && (
        <Form.Item name="is_new_kind" valuePropName="checked" extra={t("fields.newKindHint", { kinds: known.join(", ") })}>
          <Checkbox>{t("fields.newKind", { kind })}</Checkbox>
        </Form.Item>
      )}
      <div className="pair">
        <Form.Item name="label_zh" label={t("fields.labelZh")} rules={required}>
          <Input placeholder="微信备注" />
        </Form.Item>
        <Form.Item name="label_en" label={t("fields.labelEn")} rules={required}>
          <Input placeholder="WeChat note" />
        </Form.Item>
      </div>
      <Form.Item name="data_class" label={t("fields.class")}>
        <Radio.Group className="choice-list">
          {CLASSES.map((one) => (
            <Radio key={one} value={one}>
              {word("classes", one)} <span className="soft">{t(`classHints.${one}`, { ns: "vault" })}</span>
            </Radio>
          ))}
        </Radio.Group>
      </Form.Item>
      <Form.Item name="purposes" label={t("fields.purposes")} extra={t("fields.purposesHint")} rules={[{ required: true }]}>
        <Select mode="multiple" options={PURPOSES.map((one) => ({ value: one, label: word("purposes", one) }))} />
      </Form.Item>
      <Form.Item name="retention_days" label={t("fields.retention")} extra={t("fields.retentionHint")}>
        <InputNumber min={1} precision={0} suffix={t("dayUnit")} style={{ width: 160 }} />
      </Form.Item>
      <Alert type="info" showIcon title={t("fields.fromNowOn")} style={{ marginBottom: 16 }} />
    </FormDialog>
  );
}
