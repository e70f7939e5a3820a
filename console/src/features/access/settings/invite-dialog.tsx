/** Invites an operator; the link to hand them is shown once. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Form, Input, Modal, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api, body, type Schema } from "@/api/client";
import { ROLES, useWorkspace } from "@/lib/workspace";
import { CopyBox } from "@/ui/copy";
import { FormDialog } from "@/ui/form-dialog";

type Draft = Schema["InvitationNew"];

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("settings");
  const { id } = useWorkspace();
  const queries = useQueryClient();
  const invite = useMutation({
    mutationFn: (draft: Draft) =>
      body(
        api.POST("/api/v1/workspaces/{workspace_id}/operators", {
          params: { path: { workspace_id: id } },
          body: draft,
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["operators", id] }),
  });
  if (invite.data) {
    const link = new URL(invite.data.invitation_link, window.location.origin).href;
    return (
      <Modal open title={t("operators.invited")} onCancel={onClose} onOk={onClose} cancelButtonProps={{ hidden: true }}>
        <Alert type="info" showIcon title={t("operators.linkOnce", { name: invite.data.operator.name })} style={{ marginBottom: 16 }} />
        <CopyBox text={link} label={t("operators.link")} />
      </Modal>
    );
  }
  return (
    <FormDialog<Draft>
      title={t("operators.invite")}
      okText={t("operators.makeLink")}
      work={invite}
      initialValues={{ role: "analyst" }}
      onSend={(draft) => {
        invite.mutate(draft);
      }}
      onClose={onClose}
    >
      <Form.Item name="name" label={t("account.name")} rules={[{ required: true, max: 120 }]}>
        <Input autoFocus />
      </Form.Item>
      <Form.Item name="email" label={t("account.email")} rules={[{ required: true, type: "email" }]}>
        <Input inputMode="email" />
      </Form.Item>
      <Form.Item name="role" label={t("operators.role")}>
        <Select
          listHeight={400}
          options={ROLES.map((role) => ({ value: role, label: t(`role.${role}`), hint: t(`roleHint.${role}`) }))}
          optionRender={({ data }) => (
            <div style={{ whiteSpace: "normal" }}>
              {data.label}
              <div className="soft">{data.hint}</div>
            </div>
          )}
        />
      </Form.Item>
    </FormDialog>
  );
}
