/** The secret by which the telephone exchange proves that it is itself; a new one ends the one before. */
import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Modal, Popconfirm } from "antd";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";
import { CopyBox } from "@/ui/copy";
import { useProblemMessage } from "@/ui/states";

export function ExchangeSecret() {
  const { t } = useTranslation("privacy");
  const { id } = useWorkspace();
  const tell = useProblemMessage();
  const make = useMutation({
    mutationFn: () =>
      body(
        api.POST("/api/v1/workspaces/{workspace_id}/privacy/numbers/exchange-secret", {
          params: { path: { workspace_id: id } },
        }),
      ),
    onError: tell,
    gcTime: 0,
  });
  return (
    <>
      <Popconfirm
        title={t("numbers.secretConfirm")}
        description={<div className="confirm-words">{t("numbers.secretHint")}</div>}
        onConfirm={() => { make.mutate(); }}
      >
        <Button loading={make.isPending}>{t("numbers.makeSecret")}</Button>
      </Popconfirm>
      {make.data && (
        <Modal open title={t("numbers.secret")} onCancel={make.reset} onOk={make.reset} cancelButtonProps={{ hidden: true }}>
          <Alert type="warning" showIcon title={t("numbers.secretOnce")} style={{ marginBottom: 16 }} />
          <CopyBox text={make.data.secret} label={t("numbers.secret")} />
        </Modal>
      )}
    </>
  );
}
