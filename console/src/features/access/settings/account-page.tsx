/** One's own name, language and password. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Flex, Form, Input, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { api, body, type Schema } from "@/api/client";
import { PasswordField } from "@/features/access/entrance/password-field";
import type { Language } from "@/lib/format";
import { meQuery } from "@/lib/me";
import { useChangeLanguage } from "@/lib/use-change-language";
import { useLanguage } from "@/lib/use-format";
import { Page } from "@/ui/page";
import { Failure, Waiting } from "@/ui/states";

type Change = Schema["MeChange"];

const FORM_WIDTH = 480;
const LANGUAGES: { value: Language; label: string }[] = [
  { value: "zh", label: "简体中文" },
  { value: "en", label: "English" },
];

function useSaveMe() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: Change) => body(api.PATCH("/api/v1/me", { body: change })),
    onSuccess: (me) => {
      queries.setQueryData(meQuery.queryKey, me);
      void message.success(t("state.saved"));
    },
  });
}

export function Component() {
  const { t } = useTranslation();
  const me = useQuery(meQuery);
  const language = useLanguage();
  const changeLanguage = useChangeLanguage();
  return (
    <Page title={t("nav.account")} hint={me.data?.operator.email}>
      <Card title={t("account.me")}>
        <Flex vertical gap={16} style={{ maxWidth: FORM_WIDTH }}>
          {me.data ? <NameForm name={me.data.operator.name} /> : <Waiting rows={2} />}
          <div>
            <div className="field-label">{t("account.language")}</div>
            <Segmented<Language>
              aria-label={t("account.language")}
              options={LANGUAGES}
              value={language}
              onChange={(chosen) => void changeLanguage(chosen)}
            />
          </div>
        </Flex>
      </Card>
      <Card title={t("account.changePassword")}>
        <PasswordForm />
      </Card>
    </Page>
  );
}

function NameForm({ name }: { name: string }) {
  const { t } = useTranslation();
  const save = useSaveMe();
  return (
    <Form<Change>
      layout="vertical"
      requiredMark={false}
      initialValues={{ name }}
      onFinish={(change) => {
        save.mutate(change);
      }}
    >
      <Form.Item label={t("account.name")} htmlFor="name" style={{ marginBottom: 0 }}>
        <Flex gap={8}>
          <Form.Item name="name" noStyle rules={[{ required: true, max: 120 }]}>
            <Input autoComplete="name" />
          </Form.Item>
          <Button htmlType="submit" loading={save.isPending}>
            {t("action.save")}
          </Button>
        </Flex>
      </Form.Item>
      {save.isError && <Failure error={save.error} />}
    </Form>
  );
}

function PasswordForm() {
  const { t } = useTranslation();
  const [form] = Form.useForm<Change>();
  const save = useSaveMe();
  return (
    <Form<Change>
      form={form}
      name="password-change"
      layout="vertical"
      requiredMark={false}
      style={{ maxWidth: FORM_WIDTH }}
      onFinish={(change) => {
        save.mutate(change, {
          onSuccess: () => {
            form.resetFields();
          },
        });
      }}
    >
      <Form.Item name="current_password" label={t("account.currentPassword")} rules={[{ required: true }]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <PasswordField label={t("account.newPassword")} />
      {save.isError && (
        <Form.Item>
          <Failure error={save.error} />
        </Form.Item>
      )}
      <Button type="primary" htmlType="submit" loading={save.isPending}>
        {t("account.changePassword")}
      </Button>
    </Form>
  );
}
