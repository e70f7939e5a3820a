/** E-mail, password, in. */
import { useMutation } from "@tanstack/react-query";
import { Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { api, body, type Schema } from "@/api/client";
import { EntranceCard } from "@/features/access/entrance/entrance-card";
import { safeNext } from "@/features/access/entrance/token";
import { useEnter } from "@/features/access/entrance/use-enter";
import { Failure } from "@/ui/states";

type Ask = Schema["SignInAsk"];

export function Component() {
  const { t } = useTranslation("entrance");
  const [search] = useSearchParams();
  const enter = useEnter();
  const signIn = useMutation({
    mutationFn: (ask: Ask) => body(api.POST("/api/v1/sign-in", { body: ask })),
    onSuccess: (me) => enter(me, safeNext(search.get("next"))),
  });
  return (
    <EntranceCard title={t("signIn.title")} hint={t("signIn.hint")}>
      <Form<Ask>
        layout="vertical"
        requiredMark={false}
        onFinish={(ask) => {
          signIn.mutate(ask);
        }}
      >
        <Form.Item name="email" label={t("account.email")} rules={[{ required: true, type: "email" }]}>
          <Input autoFocus autoComplete="username" inputMode="email" size="large" />
        </Form.Item>
        <Form.Item name="password" label={t("account.password")} rules={[{ required: true }]}>
          <Input.Password autoComplete="current-password" size="large" />
        </Form.Item>
        {signIn.isError && (
          <Form.Item>
            <Failure error={signIn.error} />
          </Form.Item>
        )}
        <Button type="primary" htmlType="submit" size="large" block loading={signIn.isPending}>
          {t("signIn.submit")}
        </Button>
      </Form>
    </EntranceCard>
  );
}
