/** Which workspace this is, and the way to another or a new one. */
import { CheckOutlined, DownOutlined, PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Dropdown, Form, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, body } from "@/api/client";
import { meQuery } from "@/lib/me";
import { CurrencySelect, ZoneSelect } from "@/ui/place-selects";
import { useWorkspace } from "@/lib/workspace";
import { Failure } from "@/ui/states";

export function WorkspaceSwitcher() {
  const { t } = useTranslation();
  const here = useWorkspace();
  const me = useQuery(meQuery);
  const navigate = useNavigate();
  const [isNew, setNew] = useState(false);
  const items = (me.data?.workspaces ?? []).map((workspace) => ({
    key: workspace.id,
    label: workspace.name,
    icon: <CheckOutlined style={{ visibility: workspace.id === here.id ? "visible" : "hidden" }} />,
  }));
  return (
    <>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [
            ...items,
            { type: "divider" },
            { key: "new", icon: <PlusOutlined />, label: t("shell.newWorkspace") },
          ],
          onClick: ({ key }) => {
            if (key === "new") setNew(true);
            else void navigate(`/w/${key}/overview`);
          },
        }}
      >
        <Button type="text" className="workspace-button" aria-label={t("shell.workspace", { name: here.name })}>
          <span className="workspace-name">{here.name}</span>
          <DownOutlined style={{ fontSize: 10 }} />
        </Button>
      </Dropdown>
      {isNew && (
        <NewWorkspace
          onClose={() => {
            setNew(false);
          }}
        />
      )}
    </>
  );
}

interface Draft {
  name: string;
  time_zone: string;
  currency: string;
}

function NewWorkspace({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Draft>();
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
    <Modal
      open
      title={t("shell.newWorkspace")}
      onCancel={onClose}
      onOk={form.submit}
      okText={t("action.create")}
      confirmLoading={make.isPending}
    >
      <Form<Draft>
        form={form}
        layout="vertical"
        initialValues={{ time_zone: "Asia/Shanghai", currency: "CNY" }}
        onFinish={(draft) => {
          make.mutate(draft);
        }}
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
        {make.isError && <Failure error={make.error} />}
      </Form>
    </Modal>
  );
}
