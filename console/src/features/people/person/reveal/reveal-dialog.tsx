/** Shows one value of one person: for a purpose, under a grant, for a reason; it stands in the trail. */
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Flex, Form, Modal, Progress, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { SHOWN_SECONDS, useReveal, type FieldReference, type Shown } from "@/features/people/person/reveal/use-reveal";
import { grantsFor, MINUTES_USUAL, useGrants, useGrantWork, type Grant } from "@/lib/grants";
import { meQuery } from "@/lib/me";
import { useFormat } from "@/lib/use-format";
import type { Purpose } from "@/lib/vault";
import { GrantFields, PurposeField, ReasonField, type GrantDraft } from "@/ui/grant-fields";
import "@/ui/privacy.css";
import { Failure, Waiting } from "@/ui/states";

export interface Target {
  field: FieldReference;
  kind: string;
  label: string;
  masked: string;
}

interface RevealDialogProps {
  person: string;
  target: Target;
  onClose: () => void;
}

interface Draft {
  purpose: Purpose;
  reason: string;
}

export default function RevealDialog({ person, target, onClose }: RevealDialogProps) {
  const { t } = useTranslation("vault");
  const reveal = useReveal(person);
  const [form] = Form.useForm<Draft>();
  const purpose = (Form.useWatch("purpose", form) as Purpose | undefined) ?? "service";
  const [chosen, setChosen] = useState<string>();
  const [isRequesting, setRequesting] = useState(false);
  const me = useQuery(meQuery);
  const grants = useGrants({ mine: true });
  const all = grants.data?.pages.flatMap((page) => page.items) ?? [];
  const running = grantsFor(all, { who: me.data?.operator.id ?? "", purpose, kind: target.kind });
  const waiting = all.some((one) => one.state === "asked" && one.purpose === purpose && one.kinds.includes(target.kind));
  const grant = running.find((one) => one.id === chosen) ?? running[0];
  const title = t("reveal.title", { label: target.label });

  if (isRequesting) {
    return <RequestDialog kind={target.kind} purpose={purpose} onClose={() => { setRequesting(false); }} />;
  }
  if (reveal.shown || reveal.wasShown) {
    return (
      <Modal open title={title} footer={<Button onClick={onClose}>{t("reveal.close")}</Button>} onCancel={onClose} destroyOnHidden>
        {reveal.shown ? <ShownValue shown={reveal.shown} onHide={reveal.hide} /> : <Alert type="info" showIcon title={t("reveal.hidden")} />}
      </Modal>
    );
  }
  return (
    <Modal
      open
      title={title}
      okText={t("reveal.show")}
      okButtonProps={{ disabled: !grant }}
      confirmLoading={reveal.isAsking}
      onCancel={onClose}
      onOk={form.submit}
      destroyOnHidden
    >
      <p>
        <span className="mono">{target.masked}</span> <span className="soft">{t("reveal.hint")}</span>
      </p>
      <Form<Draft>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ purpose: "service" }}
        onFinish={({ purpose: what, reason }) => {
          void reveal.ask({ field: target.field, purpose: what, grant_id: grant?.id ?? null, reason: reason.trim() });
        }}
      >
        <PurposeField />
        <Form.Item label={t("reveal.grant")}>
          {grants.isError && <Failure error={grants.error} onRetry={() => void grants.refetch()} />}
          {grants.isPending && <Waiting rows={2} />}
          {grants.data && (
            <GrantChoice grants={running} chosen={grant?.id} isWaiting={waiting} onChoose={setChosen} onAsk={() => { setRequesting(true); }} />
          )}
        </Form.Item>
        <ReasonField />
      </Form>
      {reveal.error !== undefined && <Failure error={reveal.error} />}
    </Modal>
  );
}

interface GrantChoiceProps {
  grants: readonly Grant[];
  chosen: string | undefined;
  isWaiting: boolean;
  onChoose: (grant: string) => void;
  onAsk: () => void;
}

function GrantChoice({ grants, chosen, isWaiting, onChoose, onAsk }: GrantChoiceProps) {
  const { t } = useTranslation("vault");
  const format = useFormat();
  return (
    <Flex vertical gap={8} align="flex-start">
      <Radio.Group className="choice-list" value={chosen ?? null} onChange={(event) => { onChoose(event.target.value as string); }}>
        {grants.map((one) => (
          <Radio key={one.id} value={one.id}>
            {one.reason}{" "}
            <span className="soft num">
              {t("reveal.left", { people: format.count(one.people_max - one.people_used), at: format.time(one.expires_at) })}
            </span>
          </Radio>
        ))}
      </Radio.Group>
      {grants.length === 0 && <span className="soft">{isWaiting ? t("grant.asked") : t("reveal.noGrant")}</span>}
      <Button size="small" onClick={onAsk}>{t("grant.ask")}</Button>
    </Flex>
  );
}

/** Asks for a grant from where it is missed; the dialog before comes back and follows the answer. */
function RequestDialog({ kind, purpose, onClose }: { kind: string; purpose: Purpose; onClose: () => void }) {
  const { t } = useTranslation("vault");
  const [form] = Form.useForm<GrantDraft>();
  const { ask } = useGrantWork();
  return (
    <Modal open title={t("grant.ask")} okText={t("grant.ask")} confirmLoading={ask.isPending} onCancel={onClose} onOk={form.submit}>
      <Form<GrantDraft>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ purpose, kinds: [kind], people_max: 1, minutes: MINUTES_USUAL, ticket: "" }}
        onFinish={(draft) => { ask.mutate({ ...draft, scope: "reveal" }, { onSuccess: onClose }); }}
      >
        <GrantFields />
        {ask.isError && <Failure error={ask.error} />}
      </Form>
    </Modal>
  );
}

function ShownValue({ shown, onHide }: { shown: Shown; onHide: () => void }) {
  const { t } = useTranslation("vault");
  return (
    <Flex vertical gap={12}>
      <output className="revealed mono" aria-live="polite" aria-label={t("reveal.value")}>{shown.value}</output>
      <Progress percent={(shown.left / SHOWN_SECONDS) * 100} showInfo={false} size="small" aria-label={t("reveal.hides", { seconds: shown.left })} />
      <Flex justify="space-between" align="center" gap={8}>
        <span className="soft num">{t("reveal.hides", { seconds: shown.left })}</span>
        <Button size="small" onClick={onHide}>{t("reveal.hide")}</Button>
      </Flex>
    </Flex>
  );
}
