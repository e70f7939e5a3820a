/** Takes down what a person says: on what ground, under which notice, asked for by itself or not, with its proof. */
import { Checkbox, Form, Input, Radio, Select } from "antd";
import { useTranslation } from "react-i18next";
import { BASES, CHANNELS, CONSENT_PURPOSES, SAID, useWriteConsent, type ConsentAsk } from "@/features/people/person/consent/use-consent";
import { useWord } from "@/features/people/shared/words";
import { useVaultWord } from "@/lib/vault";
import "@/ui/privacy.css";
import { FormDialog } from "@/ui/form-dialog";

const PROOF_MAX = 2_000;
const VERSION_MAX = 64;

export default function ConsentDialog({ person, onClose }: { person: string; onClose: () => void }) {
  const { t } = useTranslation("rights");
  const word = useWord();
  const vaultWord = useVaultWord();
  const write = useWriteConsent(person);
  return (
    <FormDialog<ConsentAsk>
      title={t("consent.recordTitle")}
      okText={t("consent.write")}
      work={write}
      initialValues={{ ...SAID, state: "granted", purpose: "marketing", channel: "sms" }}
      onSend={(said) => { write.mutate({ ...SAID, ...said }, { onSuccess: onClose }); }}
      onClose={onClose}
    >
      <Form.Item name="state" label={t("consent.said")}>
        <Radio.Group
          optionType="button"
          options={(["granted", "withdrawn"] as const).map((one) => ({ value: one, label: word("consentState", one) }))}
        />
      </Form.Item>
      <div className="pair">
        <Form.Item name="purpose" label={t("consent.purpose")} rules={[{ required: true }]}>
          <Select options={CONSENT_PURPOSES.map((one) => ({ value: one as string, label: word("purpose", one) }))} />
        </Form.Item>
        <Form.Item name="channel" label={t("consent.channel")} rules={[{ required: true }]}>
          <Select options={CHANNELS.map((one) => ({ value: one as string, label: word("channel", one === "*" ? "any" : one) }))} />
        </Form.Item>
        <Form.Item name="basis" label={t("consent.basis")}>
          <Select options={BASES.map((one) => ({ value: one, label: vaultWord("bases", one) }))} />
        </Form.Item>
        <Form.Item name="notice_version" label={t("consent.notice")} rules={[{ max: VERSION_MAX }]}>
          <Input placeholder="2026-03" />
        </Form.Item>
      </div>
      <Form.Item name="separate" valuePropName="checked">
        <Checkbox>{t("consent.separate")}</Checkbox>
      </Form.Item>
      <Form.Item name="proof" label={t("consent.proof")} extra={t("consent.proofHint")} rules={[{ max: PROOF_MAX }]}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 5 }} placeholder={t("consent.proofExample")} />
      </Form.Item>
    </FormDialog>
  );
}
