/** Uploads a list: a name, what its identifiers are, and a CSV file. */
import { InboxOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Form, Input, Select, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sendList } from "@/api/upload";
import { useWord } from "@/features/people/shared/words";
import { useWorkspace } from "@/lib/workspace";
import { FormDialog } from "@/ui/form-dialog";

interface Draft {
  name: string;
  kind: string;
}

const KINDS = ["phone", "email", "user", "unionid", "openid", "external_userid", "buyer"];
const NAME_MAX = 120;
/** Each row says its own kind. */
const BY_COLUMN = "";

export function ListDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("audiences");
  const word = useWord();
  const { id } = useWorkspace();
  const queries = useQueryClient();
  const [file, setFile] = useState<File>();
  const send = useMutation({
    mutationFn: ({ name, kind }: Draft) => {
      if (!file) throw new Error(t("lists.fileFirst"));
      return sendList({ workspaceId: id, file, name, kind: kind || undefined });
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["lists", id] });
      onClose();
    },
  });
  return (
    <FormDialog<Draft>
      title={t("lists.new")}
      okText={t("lists.send")}
      okButtonProps={{ disabled: !file }}
      work={send}
      initialValues={{ kind: "phone" }}
      onSend={(draft) => {
        send.mutate(draft);
      }}
      onClose={onClose}
    >
      <Form.Item name="name" label={t("lists.name")} rules={[{ required: true, max: NAME_MAX }]}>
        <Input autoFocus placeholder={t("lists.nameExample")} />
      </Form.Item>
      <Form.Item name="kind" label={t("lists.kind")} extra={t("lists.kindHint")}>
        <Select
          options={[
            ...KINDS.map((kind) => ({ value: kind, label: word("kind", kind) })),
            { value: BY_COLUMN, label: t("lists.byColumn") },
          ]}
        />
      </Form.Item>
      <Form.Item label={t("lists.file")}>
        <Upload.Dragger
          accept=".csv,.txt"
          multiple={false}
          maxCount={1}
          showUploadList={false}
          beforeUpload={(chosen) => {
            setFile(chosen);
            return false;
          }}
        >
          <p className="ant-upload-drag-icon">
            <InboxOutlined />
          </p>
          <p className="ant-upload-text">{file?.name ?? t("lists.drop")}</p>
          <p className="ant-upload-hint">{t("lists.noneHint")}</p>
        </Upload.Dragger>
      </Form.Item>
    </FormDialog>
  );
}
