/** Rename, switch off, delete: each says what will change. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown, Flex, Form, Input, Modal } from "antd";
import { MoreOutlined } from "@ant-design/icons";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, body, done, type Schema } from "@/api/client";
import type { Source } from "@/lib/use-sources";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import { useProblemMessage } from "@/ui/states";

type Change = Schema["SourceChange"];

const ONE = "/api/v1/workspaces/{workspace_id}/sources/{source_id}";

export function SourceActions({ source }: { source: Source }) {
  const { t } = useTranslation("sources");
  const { id } = useWorkspace();
  const { message, modal } = App.useApp();
  const tell = useProblemMessage();
  const format = useFormat();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const mayChange = useMay("source:change");
  const [isRenaming, setRenaming] = useState(false);
  const path = { workspace_id: id, source_id: source.id };
  const refresh = () => queries.invalidateQueries({ queryKey: ["sources", id] });
  const change = useMutation({
    mutationFn: (wanted: Change) => body(api.PATCH(ONE, { params: { path }, body: wanted })),
    onSuccess: async () => {
      setRenaming(false);
      await refresh();
      void message.success(t("state.saved"));
    },
    onError: tell,
  });
  const remove = useMutation({
    mutationFn: () => done(api.DELETE(ONE, { params: { path } })),
    onSuccess: async () => {
      await navigate(`/w/${id}/data/sources`, { replace: true });
      await refresh();
    },
    onError: tell,
  });
  if (!mayChange) return null;

  const confirmRemove = () => {
    modal.confirm({
      title: t("sources.removeConfirm", { name: source.name }),
      content: t("sources.removeHint", { shown: format.count(source.counts.accepted) }),
      okText: t("sources.remove"),
      okButtonProps: { danger: true },
      onOk: () => remove.mutateAsync().catch(() => undefined),
    });
  };
  return (
    <Flex gap={8}>
      <Button
        loading={change.isPending}
        onClick={() => {
          change.mutate({ is_enabled: !source.is_enabled });
        }}
      >
        {source.is_enabled ? t("sources.disable") : t("sources.enable")}
      </Button>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [
            { key: "rename", label: t("sources.rename") },
            { key: "remove", label: t("sources.remove"), danger: true },
          ],
          onClick: ({ key }) => {
            if (key === "rename") setRenaming(true);
            else confirmRemove();
          },
        }}
      >
        <Button icon={<MoreOutlined />} aria-label={t("action.moreActions")} />
      </Dropdown>
      {isRenaming && (
        <RenameDialog
          name={source.name}
          isBusy={change.isPending}
          onSave={(name) => {
            change.mutate({ name });
          }}
          onClose={() => {
            setRenaming(false);
          }}
        />
      )}
    </Flex>
  );
}

interface RenameProps {
  name: string;
  isBusy: boolean;
  onSave: (name: string) => void;
  onClose: () => void;
}

function RenameDialog({ name, isBusy, onSave, onClose }: RenameProps) {
  const { t } = useTranslation("sources");
  const [form] = Form.useForm<{ name: string }>();
  return (
    <Modal open title={t("sources.rename")} onCancel={onClose} onOk={form.submit} confirmLoading={isBusy}>
      <Form<{ name: string }>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ name }}
        onFinish={(draft) => {
          onSave(draft.name);
        }}
      >
        <Form.Item name="name" label={t("sources.name")} rules={[{ required: true, max: 120 }]}>
          <Input autoFocus />
        </Form.Item>
      </Form>
    </Modal>
  );
}
