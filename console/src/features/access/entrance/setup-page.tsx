/** The first start: the first owner and the first workspace, by the one-time link. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, Button, Flex, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { api, body, type Schema } from "@/api/client";
import { EntranceCard } from "@/features/access/entrance/entrance-card";
import { PasswordField } from "@/features/access/entrance/password-field";
import { tokenOf } from "@/features/access/entrance/token";
import { useEnter } from "@/features/access/entrance/use-enter";
import { useLanguage } from "@/lib/use-format";
import { CurrencySelect, ZoneSelect } from "@/ui/place-selects";
import { Failure, Waiting } from "@/ui/states";

type Ask = Schema["SetupAsk"];

export function Component() {
  const { t } = useTranslation("entrance");
  const location = useLocation();
  const token = tokenOf(location.search, location.hash);
  const state = useQuery({ queryKey: ["setup"], queryFn: () => body(api.GET("/api/v1/setup")) });
  if (state.isError) {
    return (
      <EntranceCard title={t("setup.title")}>
        <Failure error={state.error} onRetry={() => void state.refetch()} />
      </EntranceCard>
    );
  }
  if (!state.data) {
    return (
      <EntranceCard title={t("setup.title")}>
        <Waiting rows={4} />
      </EntranceCard>
    );
  }
  if (!state.data.needed) {
    return (
      <EntranceCard title={t("setup.doneTitle")} hint={t("setup.doneHint")}>
        <Link to="/sign-in">{t("signIn.title")}</Link>
      </EntranceCard>
    );
  }
  if (!token) {
    return (
      <EntranceCard title={t("setup.title")}>
        <Alert type="info" showIcon title={t("setup.noToken")} description={t("setup.noTokenHint")} />
      </EntranceCard>
    );
  }
  return <SetupForm token={token} />;
}

function SetupForm({ token }: { token: string }) {
  const { t } = useTranslation("entrance");
  const enter = useEnter();
  const language = useLanguage();
  const setup = useMutation({
    mutationFn: async (draft: Omit<Ask, "token">) => {
      const me = await body(api.POST("/api/v1/setup", { body: { ...draft, token } }));
      // The first owner reads the language they set the place up in.
      const locale = language === "zh" ? "zh-CN" : "en";
      await api.PATCH("/api/v1/me", { body: { locale } });
      return me;
    },
    onSuccess: (me) => {
      // Into the workspace just named; a demo may stand before it.
      const own = me.workspaces.find((workspace) => !workspace.is_demo);
      return enter(me, own ? `/w/${own.id}/overview` : "/", true);
    },
  });
  return (
    <EntranceCard title={t("setup.title")} hint={t("setup.hint")}>
      <Form<Omit<Ask, "token">>
        layout="vertical"
        requiredMark={false}
        initialValues={{ time_zone: "Asia/Shanghai", currency: "CNY" }}
        onFinish={(draft) => {
          setup.mutate(draft);
        }}
      >
        <Form.Item name="name" label={t("account.name")} rules={[{ required: true, max: 120 }]}>
          <Input autoFocus autoComplete="name" />
        </Form.Item>
        <Form.Item name="email" label={t("account.email")} rules={[{ required: true, type: "email" }]}>
          <Input autoComplete="username" inputMode="email" />
        </Form.Item>
        <PasswordField label={t("account.password")} />
        <Form.Item name="workspace_name" label={t("workspace.name")} rules={[{ required: true, max: 120 }]}>
          <Input placeholder={t("setup.workspaceExample")} />
        </Form.Item>
        <Flex gap="0 16px" wrap>
          <Form.Item name="time_zone" label={t("workspace.zone")} style={{ flex: "1 1 180px" }}>
            <ZoneSelect />
          </Form.Item>
          <Form.Item name="currency" label={t("workspace.currency")} style={{ flex: "1 1 140px" }}>
            <CurrencySelect />
          </Form.Item>
        </Flex>
        {setup.isError && (
          <Form.Item>
            <Failure error={setup.error} />
          </Form.Item>
        )}
        <Button type="primary" htmlType="submit" size="large" block loading={setup.isPending}>
          {t("setup.submit")}
        </Button>
      </Form>
    </EntranceCard>
  );
}
