/** The workspace's name, zone, currency, and the identifiers that stand for nobody. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { api, body, type Schema } from "@/api/client";
import { meQuery } from "@/lib/me";
import { useMay, useWorkspace } from "@/lib/workspace";
import { Page } from "@/ui/page";
import { CurrencySelect, ZoneSelect } from "@/ui/place-selects";
import { Failure } from "@/ui/states";

type Change = Schema["WorkspaceChange"];

const FORM_WIDTH = 480;

export function Component() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const workspace = useWorkspace();
  const mayChange = useMay("workspace:change");
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (change: Change) =>
      body(
        api.PATCH("/api/v1/workspaces/{workspace_id}", {
          params: { path: { workspace_id: workspace.id } },
          body: change,
        }),
      ),
    onSuccess: async () => {
      await queries.refetchQueries(meQuery);
      void message.success(t("state.saved"));
    },
  });
  return (
    <Page title={t("nav.workspace")} hint={t("workspace.hint")}>
      <Card>
        <Form<Change>
          layout="vertical"
          requiredMark={false}
          disabled={!mayChange}
          style={{ maxWidth: FORM_WIDTH }}
          initialValues={{
            name: workspace.name,
            time_zone: workspace.time_zone,
            currency: workspace.currency,
          }}
          onFinish={(change) => {
            save.mutate(change);
          }}
        >
          <Form.Item name="name" label={t("workspace.name")} rules={[{ required: true, max: 120 }]}>
            <Input />
          </Form.Item>
          <Form.Item name="time_zone" label={t("workspace.zone")} extra={t("workspace.zoneHint")}>
            <ZoneSelect />
          </Form.Item>
          <Form.Item name="currency" label={t("workspace.currency")} extra={t("workspace.currencyHint")}>
            <CurrencySelect />
          </Form.Item>
          {save.isError && (
            <Form.Item>
              <Failure error={save.error} />
            </Form.Item>
          )}
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            {t("action.save")}
          </Button>
          {!mayChange && <p className="soft">{t("workspace.onlyOwner")}</p>}
        </Form>
      </Card>
    </Page>
  );
}
