/** Calls somebody by a number that is not theirs: neither side sees the other's. */
import { useMutation } from "@tanstack/react-query";
import { Alert, Form, Input, InputNumber, Modal } from "antd";
import { useTranslation } from "react-i18next";
import { api, body, Problem } from "@/api/client";
import { useFormat } from "@/lib/use-format";
import type { Purpose } from "@/lib/vault";
import { useWorkspace } from "@/lib/workspace";
import { CopyBox } from "@/ui/copy";
import { PurposeField } from "@/ui/grant-fields";
import "@/ui/privacy.css";
import { Failure } from "@/ui/states";

interface Draft {
  purpose: Purpose;
  minutes: number;
  caller?: string;
  reason?: string;
}

const MINUTES_USUAL = 60;
const MINUTES_MAX = 30 * 24 * 60;
const REASON_MAX = 200;
const PHONE = /^[0-9+() -]{5,32}$/;
/** Nobody can be called now: told calmly, with what stands instead. */
const NO_NUMBER = ["no_number_provider", "numbers_exhausted"];

export default function CallDialog({ person, masked, onClose }: { person: string; masked: string; onClose: () => void }) {
  const { t } = useTranslation("vault");
  const { id } = useWorkspace();
  const format = useFormat();
  const [form] = Form.useForm<Draft>();
  const bind = useMutation({
    mutationFn: (draft: Draft) =>
      body(
        api.POST("/api/v1/workspaces/{workspace_id}/people/{person_id}/virtual-number", {
          params: { path: { workspace_id: id, person_id: person } },
          body: { purpose: draft.purpose, minutes: draft.minutes, caller: draft.caller?.trim() || null, reason: draft.reason?.trim() ?? "" },
        }),
      ),
    gcTime: 0,
  });
  const hasNone = bind.error instanceof Problem && NO_NUMBER.includes(bind.error.code);
  return (
    <Modal
      open
      title={t("call.title", { masked })}
      okText={bind.data ? t("reveal.close") : t("call.bind")}
      cancelButtonProps={{ hidden: bind.data !== undefined }}
      okButtonProps={{ disabled: hasNone }}
      confirmLoading={bind.isPending}
      onCancel={onClose}
      onOk={bind.data ? onClose : form.submit}
    >
      {bind.data ? (
        <>
          <CopyBox text={bind.data.number} label={t("call.number")} />
          <p className="soft num">{t("call.until", { at: format.time(bind.data.expires_at) })}</p>
        </>
      ) : (
        <>
          <p className="soft">{t("call.hint")}</p>
          <Form<Draft>
            form={form}
            layout="vertical"
            requiredMark={false}
            initialValues={{ purpose: "service", minutes: MINUTES_USUAL }}
            onFinish={(draft) => { bind.mutate(draft); }}
          >
            <PurposeField />
            <Form.Item name="minutes" label={t("grant.minutes")} rules={[{ required: true, type: "number", min: 1, max: MINUTES_MAX }]}>
              <InputNumber min={1} max={MINUTES_MAX} precision={0} style={{ width: 160 }} />
            </Form.Item>
            <Form.Item name="caller" label={t("call.caller")} extra={t("call.callerHint")} rules={[{ pattern: PHONE }]}>
              <Input inputMode="tel" autoComplete="tel" />
            </Form.Item>
            <Form.Item name="reason" label={t("call.mode")} rules={[{ max: REASON_MAX }]}>
              <Input placeholder={t("grant.reasonExample")} />
            </Form.Item>
          </Form>
          {hasNone && <Alert type="info" showIcon title={t("call.none", { masked })} description={t("call.noneHint")} />}
          {bind.isError && !hasNone && <Failure error={bind.error} />}
        </>
      )}
    </Modal>
  );
}
