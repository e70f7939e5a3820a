/** One kind of identifier: how strong, how many, which values tell nothing, where it is found. */
import { Form, Input, InputNumber, Modal, Radio, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Kind } from "@/features/people/identity/use-rules";

interface KindDialogProps {
  kind: Kind | undefined;
  taken: readonly string[];
  onKeep: (kind: Kind) => void;
  onClose: () => void;
}

const NAME = /^[a-z][a-z0-9_]{0,31}$/;
const PLACE = /^(traits|properties|context)\..+$/;
const LIMIT_MAX = 10_000;
const PRIORITY_MAX = 1_000;
const NEW: Kind = {
  name: "", label_zh: "", label_en: "", strength: "weak", priority: 100, limit: 20, people_max: 10, blocked: [],
  places: [], scope_places: [], is_built_in: false,
};

export function KindDialog({ kind, taken, onKeep, onClose }: KindDialogProps) {
  const { t } = useTranslation("identity");
  const [form] = Form.useForm<Kind>();
  const begun = kind ?? NEW;
  return (
    <Modal open title={kind ? kind.name : t("identityRules.newKind")} onCancel={onClose} onOk={form.submit} okText={t("identityRules.keep")}>
      <Form<Kind>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={begun}
        onFinish={(draft) => {
          onKeep({ ...begun, ...draft, limit: draft.limit ?? null, people_max: draft.people_max ?? null });
        }}
      >
        {!kind && (
          <Form.Item
            name="name"
            label={t("identityRules.name")}
            extra={t("identityRules.nameHint")}
            rules={[
              { required: true, pattern: NAME },
              { validator: (_, name: string) => (taken.includes(name) ? Promise.reject(new Error(t("identityRules.taken"))) : Promise.resolve()) },
            ]}
          >
            <Input autoFocus className="mono" />
          </Form.Item>
        )}
        <Form.Item name="label_zh" label={t("identityRules.labelZh")} rules={[{ required: true }]}>
          <Input />
        </Form.Item>
        <Form.Item name="label_en" label={t("identityRules.labelEn")} rules={[{ required: true }]}>
          <Input />
        </Form.Item>
        <Form.Item name="strength" label={t("identityRules.strength")} extra={t("identityRules.strengthHint")}>
          <Radio.Group
            options={(["strong", "weak"] as const).map((one) => ({ value: one, label: t(`strength.${one}`) }))}
          />
        </Form.Item>
        <Form.Item name="priority" label={t("identityRules.priority")} extra={t("identityRules.priorityHint")} rules={[{ required: true }]}>
          <InputNumber min={1} max={PRIORITY_MAX} precision={0} />
        </Form.Item>
        <Form.Item name="limit" label={t("identityRules.limit")} extra={t("identityRules.limitHint")}>
          <InputNumber min={1} max={LIMIT_MAX} precision={0} placeholder={t("identityRules.noLimit")} disabled={kind?.name === "user"} />
        </Form.Item>
        <Form.Item name="people_max" label={t("identityRules.peopleMax")} extra={t("identityRules.peopleMaxHint")}>
          <InputNumber min={1} max={LIMIT_MAX} precision={0} placeholder={t("identityRules.noLimit")} />
        </Form.Item>
        <Form.Item name="blocked" label={t("identityRules.blocked")} extra={t("identityRules.blockedHint")}>
          <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", " ", "\n"]} />
        </Form.Item>
        <Form.Item
          name="places"
          label={t("identityRules.places")}
          extra={t("identityRules.placesHint")}
          rules={[
            {
              validator: (_, places: string[] | undefined) =>
                (places ?? []).every((one) => PLACE.test(one)) ? Promise.resolve() : Promise.reject(new Error(t("identityRules.placeUnfit"))),
            },
          ]}
        >
          <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", " ", "\n"]} className="mono" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
