/** Makes a source: a name, and what sends. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, body, type Schema } from "@/api/client";
import { SOURCE_KINDS } from "@/lib/use-sources";
import { useWorkspace } from "@/lib/workspace";
import { FormDialog } from "@/ui/form-dialog";

type Draft = Schema["SourceNew"];

export function SourceDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("sources");
  const { id } = useWorkspace();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const make = useMutation({
    mutationFn: (draft: Draft) =>
      body(
        api.POST("/api/v1/workspaces/{workspace_id}/sources", {
          params: { path: { workspace_id: id } },
          body: draft,
        }),
      ),
    onSuccess: async (source) => {
      await queries.invalidateQueries({ queryKey: ["sources", id] });
      await navigate(`/w/${id}/data/sources/${source.id}`);
    },
  });
  return (
    <FormDialog<Draft>
      title={t("sources.new")}
      okText={t("action.create")}
      work={make}
      initialValues={{ kind: "web" }}
      onSend={(draft) => {
        make.mutate(draft);
      }}
      onClose={onClose}
    >
      <Form.Item name="name" label={t("sources.name")} rules={[{ required: true, max: 120 }]}>
        <Input autoFocus placeholder={t("sources.nameExample")} />
      </Form.Item>
      <Form.Item name="kind" label={t("sources.kind")} extra={t("sources.kindHint")}>
        <Select options={SOURCE_KINDS.map((kind) => ({ value: kind, label: t(`sourceKind.${kind}`) }))} />
      </Form.Item>
    </FormDialog>
  );
}
