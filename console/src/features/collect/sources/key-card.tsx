/** The write key: copied often, changed with care. */
import { ReloadOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Flex, Popconfirm } from "antd";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import type { Source } from "@/lib/use-sources";
import { useMay, useWorkspace } from "@/lib/workspace";
import { CopyBox } from "@/ui/copy";
import { useProblemMessage } from "@/ui/states";

export function KeyCard({ source }: { source: Source }) {
  const { t } = useTranslation("sources");
  const { id } = useWorkspace();
  const { message } = App.useApp();
  const tell = useProblemMessage();
  const mayChange = useMay("source:change");
  const queries = useQueryClient();
  const rotate = useMutation({
    mutationFn: () =>
      body(
        api.POST("/api/v1/workspaces/{workspace_id}/sources/{source_id}/rotate-key", {
          params: { path: { workspace_id: id, source_id: source.id } },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["sources", id] });
      void message.success(t("sources.rotated"));
    },
    onError: tell,
  });
  return (
    <Card
      title={t("sources.writeKey")}
      extra={
        mayChange && (
          <Popconfirm
            title={t("sources.rotateConfirm")}
            description={<div className="confirm-words">{t("sources.rotateHint")}</div>}
            onConfirm={() => {
              rotate.mutate();
            }}
          >
            <Button size="small" icon={<ReloadOutlined />} loading={rotate.isPending}>
              {t("sources.rotate")}
            </Button>
          </Popconfirm>
        )
      }
    >
      <Flex vertical gap={8}>
        {source.write_key ? (
          <CopyBox text={source.write_key} label={t("sources.writeKey")} />
        ) : (
          <span className="soft">{t("sources.keyHidden")}</span>
        )}
        <span className="soft">{t("sources.keyHint")}</span>
      </Flex>
    </Card>
  );
}
