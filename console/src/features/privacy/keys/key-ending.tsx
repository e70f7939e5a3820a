/** The end of a version of a key: how far it is, and the two persons that it takes. */
import { Button, Flex, Form, Input, Popconfirm, Tag, Tooltip } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { meQuery } from "@/lib/me";
import { useOperatorNames } from "@/lib/operators";
import { useFormat } from "@/lib/use-format";
import { useMay } from "@/lib/workspace";
import { FormDialog } from "@/ui/form-dialog";

const COLOURS = { active: "green", decrypt_only: "blue", destroying: "orange", destroyed: "default" } as const;

type Ending = Pick<Schema["WorkspaceKey"], "state" | "asked_by" | "approved_by" | "due_at" | "reason">;

export function EndState({ of: key }: { of: Ending }) {
  const { t } = useTranslation("privacy");
  const format = useFormat();
  const nameOf = useOperatorNames();
  return (
    <>
      <Tag color={COLOURS[key.state]}>{t(`keyState.${key.state}`)}</Tag>
      {key.asked_by && key.state !== "destroyed" && (
        <div className="soft" title={key.reason ?? undefined}>
          {key.due_at
            ? t("keyRing.due", { at: format.time(key.due_at), who: nameOf(key.asked_by), second: nameOf(key.approved_by) })
            : t("keyRing.askedBy", { who: nameOf(key.asked_by) })}
        </div>
      )}
    </>
  );
}

interface EndActionsProps {
  of: Ending;
  /** Why it cannot be asked for yet; none where it can. */
  held?: string | false;
  isBusy: boolean;
  onAsk: () => void;
  onApprove: () => void;
  onKeep: () => void;
}

export function EndActions({ of: key, held, isBusy, onAsk, onApprove, onKeep }: EndActionsProps) {
  const { t } = useTranslation("privacy");
  const me = useQuery(meQuery);
  const mayManage = useMay("privacy:manage");
  const mayApprove = useMay("privacy:approve");
  if (key.state === "destroyed" || key.state === "active") return null;
  if (key.asked_by === null) {
    // It was asked for in another workspace, of the key that is the installation's.
    if (!mayManage || key.state === "destroying") return null;
    return (
      <Tooltip title={held}>
        <Button type="link" danger size="small" disabled={Boolean(held)} onClick={onAsk}>{t("keyRing.destroy")}</Button>
      </Tooltip>
    );
  }
  const isMine = key.asked_by === me.data?.operator.id;
  return (
    <Flex gap={4} align="center">
      {mayApprove && !key.due_at && !isMine && (
        <Popconfirm
          title={t("keyRing.approveConfirm")}
          description={<div className="confirm-words">{t("keyRing.destroyHint")}</div>}
          onConfirm={onApprove}
        >
          <Button type="link" danger size="small" loading={isBusy}>{t("keyRing.approve")}</Button>
        </Popconfirm>
      )}
      {isMine && !key.due_at && <span className="soft">{t("keyRing.needsAnother")}</span>}
      {mayManage && <Button type="link" size="small" loading={isBusy} onClick={onKeep}>{t("keyRing.keep")}</Button>}
    </Flex>
  );
}

interface DestructionDialogProps {
  name: string;
  version: number;
  consequence: string;
  work: { isPending: boolean; error: unknown };
  onSend: (reason: string) => void;
  onClose: () => void;
}

export function DestructionDialog({ name, version, consequence, work, onSend, onClose }: DestructionDialogProps) {
  const { t } = useTranslation("privacy");
  return (
    <FormDialog<{ reason: string }>
      title={t("keyRing.destroyTitle", { name, version })}
      okText={t("keyRing.askDestroy")}
      okButtonProps={{ danger: true }}
      work={work}
      before={
        <ul className="consequences" style={{ marginBottom: 16 }}>
          <li>{consequence}</li>
          <li>{t("keyRing.consequenceTwo")}</li>
          <li>{t("keyRing.consequenceDelay")}</li>
        </ul>
      }
      onSend={({ reason }) => { onSend(reason); }}
      onClose={onClose}
    >
      <Form.Item name="reason" label={t("grant.reason", { ns: "vault" })} rules={[{ required: true, min: 3, max: 500, message: t("grant.reasonNeeded", { ns: "vault" }) }]}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 4 }} />
      </Form.Item>
    </FormDialog>
  );
}
