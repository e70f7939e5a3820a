/** A file dropped or chosen, sent with progress, and looked at by the server. */
import { InboxOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { Button, Card, Flex, Progress, Upload } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { upload } from "@/api/upload";
import type { Chosen } from "@/features/collect/imports/chosen";
import { useWorkspace } from "@/lib/workspace";
import { Failure } from "@/ui/states";

const ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xls,.parquet,.ndjson,.jsonl,.json,.gz,.zip";

export function UploadCard({ onUploaded }: { onUploaded: (chosen: Chosen) => void }) {
  const { t } = useTranslation("imports");
  const { id } = useWorkspace();
  const [share, setShare] = useState(0);
  const stop = useRef(new AbortController());
  const send = useMutation({
    mutationFn: async (file: File) => {
      stop.current = new AbortController();
      setShare(0);
      const uploaded = await upload({
        workspaceId: id,
        file,
        onProgress: setShare,
        signal: stop.current.signal,
      });
      return { fileName: file.name, uploaded };
    },
    onSuccess: onUploaded,
  });
  const isAborted = send.error instanceof DOMException;
  return (
    <Card title={t("imports.upload")}>
      <Flex vertical gap={16}>
        {send.isPending ? (
          <Flex vertical gap={8}>
            <Progress percent={Math.round(share * 100)} status="active" />
            <Flex justify="space-between" align="center">
              <span className="soft">{share < 1 ? t("imports.sending") : t("imports.looking")}</span>
              <Button
                size="small"
                onClick={() => {
                  stop.current.abort();
                }}
              >
                {t("action.cancel")}
              </Button>
            </Flex>
          </Flex>
        ) : (
          <Upload.Dragger
            accept={ACCEPTED}
            multiple={false}
            showUploadList={false}
            beforeUpload={(file) => {
              send.mutate(file);
              return false;
            }}
          >
            <p className="ant-upload-drag-icon">
              <InboxOutlined />
            </p>
            <p className="ant-upload-text">{t("imports.drop")}</p>
            <p className="ant-upload-hint">{t("imports.dropHint")}</p>
          </Upload.Dragger>
        )}
        {send.isError && !isAborted && <Failure error={send.error} />}
      </Flex>
    </Card>
  );
}
