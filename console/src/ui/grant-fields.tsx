/** What a request for a grant says: what for, which kinds, of how many people, how long, and why. */
import { Form, Input, InputNumber, Radio, Select } from "antd";
import { useTranslation } from "react-i18next";
import { MINUTES_MAX, peopleMost, type GrantAsk } from "@/lib/grants";
import { useFormat } from "@/lib/use-format";
import { PURPOSES, useKinds, useVaultWord } from "@/lib/vault";

const REASON_MIN = 3;
const REASON_MAX = 500;
const TICKET_MAX = 200;

export type GrantDraft = Pick<GrantAsk, "scope" | "purpose" | "kinds" | "people_max" | "minutes" | "reason" | "ticket">;

/** The reason that every reading needs; at least a few letters, so that the trail tells something. */
export function ReasonField() {
  const { t } = useTranslation("vault");
  return (
    <Form.Item
      name="reason"
      label={t("grant.reason")}
      rules={[{ required: true, whitespace: true, min: REASON_MIN, max: REASON_MAX, message: t("grant.reasonNeeded") }]}
    >
      <Input.TextArea autoSize={{ minRows: 2, maxRows: 4 }} maxLength={REASON_MAX} placeholder={t("grant.reasonExample")} />
    </Form.Item>
  );
}

export function PurposeField() {
  const { t } = useTranslation("vault");
  const word = useVaultWord();
  return (
    <Form.Item name="purpose" label={t("grant.purpose")} rules={[{ required: true }]}>
      <Select options={PURPOSES.map((one) => ({ value: one, label: word("purposes", one) }))} />
    </Form.Item>
  );
}

const SCOPES = ["reveal", "export"] as const;

/** The fields of a `Form<GrantDraft>`; where it is clear what the grant is for, its scope is not asked. */
export function GrantFields({ hasScope = false }: { hasScope?: boolean }) {
  const { t } = useTranslation("vault");
  const format = useFormat();
  const word = useVaultWord();
  const form = Form.useFormInstance<GrantDraft>();
  const known = useKinds();
  const kinds = (Form.useWatch("kinds", form) as string[] | undefined) ?? [];
  const scope = (Form.useWatch("scope", { form, preserve: true }) as GrantDraft["scope"] | undefined) ?? "reveal";
  const most = peopleMost(kinds, scope);
  return (
    <>
      {hasScope && (
        <Form.Item name="scope" label={t("grant.scope")} extra={scope === "export" ? t("grant.exportHint") : undefined}>
          <Radio.Group options={SCOPES.map((one) => ({ value: one, label: word("grantScope", one) }))} />
        </Form.Item>
      )}
      <PurposeField />
      <Form.Item name="kinds" label={t("grant.kinds")} rules={[{ required: true }]}>
        <Select mode="multiple" options={known.map((one) => ({ value: one, label: word("kinds", one) }))} />
      </Form.Item>
      <div className="pair">
        <Form.Item
          name="people_max"
          label={t("grant.people")}
          extra={t("grant.peopleHint", { shown: format.count(most) })}
          rules={[{ required: true, type: "number", min: 1, max: most }]}
        >
          <InputNumber min={1} max={most} precision={0} style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item
          name="minutes"
          label={t("grant.minutes")}
          extra={t("grant.minutesHint")}
          rules={[{ required: true, type: "number", min: 1, max: MINUTES_MAX }]}
        >
          <InputNumber min={1} max={MINUTES_MAX} precision={0} style={{ width: "100%" }} />
        </Form.Item>
      </div>
      <ReasonField />
      <Form.Item name="ticket" label={t("grant.ticket")}>
        <Input maxLength={TICKET_MAX} />
      </Form.Item>
    </>
  );
}
