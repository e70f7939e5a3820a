/** An invited operator chooses a password and comes in. */
import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import { api, body } from "@/api/client";
import { EntranceCard } from "@/features/access/entrance/entrance-card";
import { PasswordField } from "@/features/access/entrance/password-field";
import { tokenOf } from "@/features/access/entrance/token";
import { useEnter } from "@/features/access/entrance/use-enter";
import { Failure } from "@/ui/states";

interface Draft {
  name?: string;
  password: string;
}

export function Component() {
  const { t } = useTranslation("entrance");
  const location = useLocation();
  const token = tokenOf(location.search, location.hash);
  const enter = useEnter();
  const accept = useMutation({
    mutationFn: ({ name, password }: Draft) =>
      body(
        api.POST("/api/v1/invitations/accept", {
          body: { token, password, ...(name ? { name } : {}) },
        }),
      ),
    onSuccess: (me) => enter(me, "/", true),
  });
  if (!token) {
    return (
      <EntranceCard title={t("invitation.title")}>
        <Alert type="warning" showIcon title={t("invitation.noToken")} />
      </EntranceCard>
    );
  }
  return (
    <EntranceCard title={t("invitation.title")} hint={t("invitation.hint")}>
      <Form<Draft>
        layout="vertical"
        requiredMark={false}
        onFinish={(draft) => {
          accept.mutate(draft);
        }}
      >
        <Form.Item name="name" label={t("invitation.name")} rules={[{ max: 120 }]}>
          <Input autoFocus autoComplete="name" />
        </Form.Item>
        <PasswordField label={t("account.newPassword")} />
        {accept.isError && (
          <Form.Item>
            <Failure error={accept.error} />
          </Form.Item>
        )}
        <Button type="primary" htmlType="submit" size="large" block loading={accept.isPending}>
          {t("invitation.submit")}
        </Button>
      </Form>
    </EntranceCard>
  );
}
