/** Makes a workspace and goes there. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, body } from "@/api/client";
import { meQuery } from "@/lib/me";
import { FormDialog } from "@/ui/form-dialog";
import { CurrencySelect, ZoneSelect } from "@/ui/place-selects";

interface Draft {
  name: string;
  time_zone: string;
  currency: string;
}

export default function WorkspaceDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const make = useMutation({
    mutationFn: (draft: Draft) => body(api.POST("/api/v1/workspaces", { body: draft })),
    onSuccess: async (workspace) => {
      await queries.refetchQueries(meQuery);
      onClose();
      await navigate(`/w/${workspace.id}/overview`);
    },
  });
  return (
    <FormDialog<Draft>
      title={t("shell.newWorkspace")}
      okText={t("action.create")}
      work={make}
      initialValues={{ time_zone: "Asia/Shanghai", currency: "CNY" }}
      onSend={(draft) => {
        make.mutate(draft);
      }}
      onClose={onClose}
    >
      <Form.Item name="name" label={t("workspace.name")} rules={[{ required: true, max: 120 }]}>
        <Input autoFocus />
      </Form.Item>
      <Form.Item name="time_zone" label={t("workspace.zone")} extra={t("workspace.zoneHint")}>
        <ZoneSelect />
      </Form.Item>
      <Form.Item name="currency" label={t("workspace.currency")}>
        <CurrencySelect />
      </Form.Item>
    </FormDialog>
  );
}
