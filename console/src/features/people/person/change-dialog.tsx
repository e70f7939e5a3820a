/** A decision about who is who: what will change, for how many events, and why. */
import { Alert, Flex, Form, Input, Modal } from "antd";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useChangePreview, useDecide, type Change } from "@/features/people/person/use-identity";
import { useFormat } from "@/lib/use-format";
import { useWorkspace } from "@/lib/workspace";
import { Failure, Waiting } from "@/ui/states";

const REASON_MAX = 500;

interface ChangeDialogProps {
  title: string;
  /** Undefined while it is not clear yet what to change. */
  change: Change | undefined;
  children?: ReactNode;
  onClose: () => void;
}

export function ChangeDialog({ title, change, children, onClose }: ChangeDialogProps) {
  const { t } = useTranslation("people");
  const { id } = useWorkspace();
  const navigate = useNavigate();
  const [reason, setReason] = useState("");
  const [isAsked, setAsked] = useState(false);
  const decide = useDecide(() => {
    onClose();
    // An old id leads to whoever has it now; of the people afterwards the first may be one who was left over.
    const [first] = change?.kind === "merge" ? change.people : [];
    if (first) void navigate(`/w/${id}/people/${first}`);
  });
  const preview = useChangePreview(change);
  const isMissing = isAsked && reason.trim() === "";
  const submit = () => {
    setAsked(true);
    if (change && reason.trim()) decide.mutate({ change, reason: reason.trim() });
  };
  return (
    <Modal
      open
      title={title}
      onCancel={onClose}
      onOk={submit}
      okText={change ? t(`change.${change.kind}`) : t("change.merge")}
      okButtonProps={{ disabled: !change || preview.isPending, danger: change?.kind === "split" }}
      cancelText={t("change.cancelled")}
      confirmLoading={decide.isPending}
    >
      <Flex vertical gap={16}>
        {children}
        {change && <ChangePreview change={change} />}
        <Form layout="vertical" component="div">
          <Form.Item
            label={t("change.reason")}
            htmlFor="change-reason"
            validateStatus={isMissing ? "error" : ""}
            help={isMissing ? t("change.reasonNeeded") : undefined}
            style={{ marginBottom: 0 }}
          >
            <Input.TextArea
              id="change-reason"
              autoSize={{ minRows: 2, maxRows: 5 }}
              maxLength={REASON_MAX}
              placeholder={t("change.reasonExample")}
              value={reason}
              onChange={(event) => {
                setReason(event.target.value);
              }}
            />
          </Form.Item>
        </Form>
        {decide.isError && <Failure error={decide.error} />}
      </Flex>
    </Modal>
  );
}

function ChangePreview({ change }: { change: Change }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const preview = useChangePreview(change);
  if (preview.isError) return <Failure error={preview.error} onRetry={() => void preview.refetch()} />;
  if (!preview.data) return <div className="change-preview"><Waiting rows={2} /></div>;
  const { people_after: after, people_before: before, events_moved: moved } = preview.data;
  if (after.length === before.length && moved === 0) return <Alert type="info" showIcon title={t("change.nothing")} />;
  return (
    <div className="change-preview" aria-live="polite">
      <p className="section-name">{t("change.preview")}</p>
      <ul>
        <li className="num">{t("change.peopleAfter", { count: after.length, shown: format.count(after.length) })}</li>
        <li className="num">{t("change.eventsMoved", { shown: format.count(moved) })}</li>
      </ul>
      <div className="soft small">{t("change.follows")}</div>
    </div>
  );
}
