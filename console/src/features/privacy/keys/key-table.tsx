/** Each version of each key of the workspace. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DestructionDialog, EndActions, EndState } from "@/features/privacy/keys/key-ending";
import { useKeyWork, type WorkspaceKey } from "@/features/privacy/keys/use-keys";
import { useFormat } from "@/lib/use-format";
import { useVaultWord } from "@/lib/vault";
import { ListTable } from "@/ui/list-table";

export function KeyTable({ keys }: { keys: WorkspaceKey[] }) {
  const { t } = useTranslation("privacy");
  const format = useFormat();
  const word = useVaultWord();
  const [ended, setEnded] = useState<WorkspaceKey>();
  const { ask, approve, cancel } = useKeyWork();
  return (
    <>
      <ListTable<WorkspaceKey>
        rows={keys}
        rowKey={(key) => `${key.data_class} ${String(key.version)}`}
        columns={[
          { title: t("fields.class"), isName: true, render: (key) => word("classes", key.data_class) },
          { title: t("keyRing.version"), className: "num", render: (key) => key.version },
          { title: t("keyRing.cipher"), render: (key) => t(`ciphers.${key.cipher}`) },
          { title: t("keyRing.state"), className: "cell-wide", render: (key) => <EndState of={key} /> },
          { title: t("keyRing.subjects"), className: "num", render: (key) => format.count(key.subject_keys) },
          { title: t("keyRing.made"), className: "num", render: (key) => format.time(key.created_at) },
          {
            title: "",
            // `general` seals records and files, which nobody counts: its versions stay.
            render: (key) => key.data_class !== "general" && (
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
