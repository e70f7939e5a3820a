/** Makes an API key and shows its secret this once. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Checkbox, Flex, Form, Input, Modal, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import { SCOPES, scopeWord, type Scope } from "@/features/access/settings/scopes";
import { useWorkspace } from "@/lib/workspace";
import { CopyBox } from "@/ui/copy";
import { FormDialog } from "@/ui/form-dialog";

interface Draft {
  name: string;
  scopes: Scope[];
  days: number;
}

const LIVES = [30, 90, 365, 0];
const DAY_MS = 86_400_000;

export function KeyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("settings");
  const { id } = useWorkspace();
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: ({ name, scopes, days }: Draft) =>
      body(
        api.POST("/api/v1/workspaces/{workspace_id}/keys", {
          params: { path: { workspace_id: id } },
          body: {
            name,
            scopes,
            expires_at: days ? new Date(Date.now() + days * DAY_MS).toISOString() : null,
          },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["keys", id] }),
  });
  if (make.data) {
    return (
      <Modal open title={t("keys.madeTitle")} onCancel={onClose} onOk={onClose} cancelButtonProps={{ hidden: true }}>
        <Alert type="warning" showIcon title={t("keys.secretOnce")} style={{ marginBottom: 16 }} />
        <CopyBox text={make.data.secret} label={t("keys.secret")} />
      </Modal>
    );
  }
  return (
    <FormDialog<Draft>
      title={t("keys.new")}
      okText={t("action.create")}
      work={make}
      initialValues={{ scopes: ["events:read", "analytics:read"], days: 90 }}
      onSend={(draft) => {
        make.mutate(draft);
      }}
      onClose={onClose}
    >
      <Form.Item name="name" label={t("keys.name")} rules={[{ required: true, max: 120 }]}>
        <Input autoFocus placeholder={t("keys.nameExample")} />
      </Form.Item>
      <Form.Item name="scopes" label={t("keys.scopes")} rules={[{ required: true }]}>
        <Checkbox.Group>
          <Flex vertical gap={4}>
            {SCOPES.map((scope) => (
              <Checkbox key={scope} value={scope}>
                {t(`scope.${scopeWord(scope)}`)} <code className="soft">{scope}</code>
              </Checkbox>
            ))}
          </Flex>
        </Checkbox.Group>
      </Form.Item>
      <Form.Item name="days" label={t("keys.expires")}>
        <Select
          options={LIVES.map((days) => ({
            value: days,
            label: days ? t("keys.inDays", { days }) : t("keys.never"),
          }))}
        />
      </Form.Item>
    </FormDialog>
  );
}
