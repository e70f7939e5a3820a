/** Each version of each key, and the two persons that its end takes. */
import { Button, Flex, Form, Input, Modal, Popconfirm, Table, Tag, Tooltip } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useKeyWork, type WorkspaceKey } from "@/features/privacy/keys/use-keys";
import { meQuery } from "@/lib/me";
import { useOperatorNames } from "@/lib/operators";
import { useFormat } from "@/lib/use-format";
import { useVaultWord } from "@/lib/vault";
import { useMay } from "@/lib/workspace";

const COLOURS = { active: "green", decrypt_only: "blue", destroying: "orange", destroyed: "default" } as const;

export function KeyTable({ keys }: { keys: WorkspaceKey[] }) {
  const { t } = useTranslation("privacy");
  const format = useFormat();
  const word = useVaultWord();
  const nameOf = useOperatorNames();
  const [ended, setEnded] = useState<WorkspaceKey>();
  return (
    <>
      <Table<WorkspaceKey>
        size="small"
        rowKey={(key) => `${key.data_class} ${String(key.version)}`}
        scroll={{ x: "max-content" }}
        pagination={false}
        dataSource={keys}
        columns={[
          { title: t("fields.class"), render: (_, key) => word("classes", key.data_class) },
          { title: t("keyRing.version"), className: "num", render: (_, key) => key.version },
          { title: t("keyRing.cipher"), render: (_, key) => t(`ciphers.${key.cipher}`) },
          {
            title: t("keyRing.state"),
            className: "cell-wide",
            render: (_, key) => (
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
            ),
          },
          { title: t("keyRing.subjects"), className: "num", render: (_, key) => format.count(key.subject_keys) },
          { title: t("keyRing.made"), className: "num", render: (_, key) => format.time(key.created_at) },
          { title: "", render: (_, key) => <EndActions of={key} onAsk={() => { setEnded(key); }} /> },
        ]}
      />
      {ended && <DestructionDialog of={ended} onClose={() => { setEnded(undefined); }} />}
    </>
  );
}

function EndActions({ of: key, onAsk }: { of: WorkspaceKey; onAsk: () => void }) {
  const { t } = useTranslation("privacy");
  const me = useQuery(meQuery);
  const mayManage = useMay("privacy:manage");
  const mayApprove = useMay("privacy:approve");
  const { approve, cancel } = useKeyWork();
  // `general` seals records and files, which nobody counts: its versions stay.
  if (key.state === "destroyed" || key.state === "active" || key.data_class === "general") return null;
  const isAsked = key.asked_by !== null;
  if (!isAsked) {
    if (!mayManage) return null;
    const isHeld = key.subject_keys > 0;
    return (
      <Tooltip title={isHeld && t("keyRing.stillHeld")}>
        <Button type="link" danger size="small" disabled={isHeld} onClick={onAsk}>{t("keyRing.destroy")}</Button>
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
          onConfirm={() => { approve.mutate(key); }}
        >
          <Button type="link" danger size="small" loading={approve.isPending}>{t("keyRing.approve")}</Button>
        </Popconfirm>
      )}
      {isMine && !key.due_at && <span className="soft">{t("keyRing.needsAnother")}</span>}
      {mayManage && (
        <Button type="link" size="small" loading={cancel.isPending} onClick={() => { cancel.mutate(key); }}>
          {t("keyRing.keep")}
        </Button>
      )}
    </Flex>
  );
}

function DestructionDialog({ of: key, onClose }: { of: WorkspaceKey; onClose: () => void }) {
  const { t } = useTranslation("privacy");
  const word = useVaultWord();
  const [form] = Form.useForm<{ reason: string }>();
  const { ask } = useKeyWork();
  return (
    <Modal
      open
      title={t("keyRing.destroyTitle", { name: word("classes", key.data_class), version: key.version })}
      okText={t("keyRing.askDestroy")}
      okButtonProps={{ danger: true }}
      confirmLoading={ask.isPending}
      onCancel={onClose}
      onOk={form.submit}
    >
      <ul className="consequences">
        <li>{t("keyRing.consequence")}</li>
        <li>{t("keyRing.consequenceTwo")}</li>
        <li>{t("keyRing.consequenceDelay")}</li>
      </ul>
      <Form<{ reason: string }>
        form={form}
        layout="vertical"
        requiredMark={false}
        style={{ marginTop: 16 }}
        onFinish={({ reason }) => { ask.mutate({ key, reason }, { onSuccess: onClose }); }}
      >
        <Form.Item name="reason" label={t("grant.reason", { ns: "vault" })} rules={[{ required: true, min: 3, max: 500, message: t("grant.reasonNeeded", { ns: "vault" }) }]}>
          <Input.TextArea autoSize={{ minRows: 2, maxRows: 4 }} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
