/** Each version of each key of the workspace. */
import { Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DestructionDialog, EndActions, EndState } from "@/features/privacy/keys/key-ending";
import { useKeyWork, type WorkspaceKey } from "@/features/privacy/keys/use-keys";
import { useFormat } from "@/lib/use-format";
import { useVaultWord } from "@/lib/vault";

export function KeyTable({ keys }: { keys: WorkspaceKey[] }) {
  const { t } = useTranslation("privacy");
  const format = useFormat();
  const word = useVaultWord();
  const [ended, setEnded] = useState<WorkspaceKey>();
  const { ask, approve, cancel } = useKeyWork();
  return (
    <>
      <Table<WorkspaceKey>
        size="small"
        rowKey={(key) => `${key.data_class} ${String(key.version)}`}
        scroll={{ x: "max-content" }}
        pagination={false}
        dataSource={keys}
        columns={[
          { title: t("fields.class"), render: (_, key) => word("classes", key.data_class) },
          { title: t("keyRing.version"), className: "num", render: (_, key) => key.version },
          { title: t("keyRing.cipher"), render: (_, key) => t(`ciphers.${key.cipher}`) },
          { title: t("keyRing.state"), className: "cell-wide", render: (_, key) => <EndState of={key} /> },
          { title: t("keyRing.subjects"), className: "num", render: (_, key) => format.count(key.subject_keys) },
          { title: t("keyRing.made"), className: "num", render: (_, key) => format.time(key.created_at) },
          {
            title: "",
            // `general` seals records and files, which nobody counts: its versions stay.
            render: (_, key) => key.data_class !== "general" && (
              <EndActions
                of={key}
                held={key.subject_keys > 0 && t("keyRing.stillHeld")}
                isBusy={approve.isPending || cancel.isPending}
                onAsk={() => { setEnded(key); }}
                onApprove={() => { approve.mutate(key); }}
                onKeep={() => { cancel.mutate(key); }}
              />
            ),
          },
        ]}
      />
      {ended && (
        <DestructionDialog
          name={word("classes", ended.data_class)}
          version={ended.version}
          consequence={t("keyRing.consequence")}
          work={ask}
          onSend={(reason) => { ask.mutate({ key: ended, reason }, { onSuccess: () => { setEnded(undefined); } }); }}
          onClose={() => { setEnded(undefined); }}
        />
      )}
    </>
  );
}
