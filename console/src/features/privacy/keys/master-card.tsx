/** The key above all others: its versions, its rotation, and the end of an old one. */
import { Button, Card, Flex, Popconfirm, Progress } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DestructionDialog, EndActions, EndState } from "@/features/privacy/keys/key-ending";
import { isMoving, useKeyWork, type MasterVersion, type PrivacyKeys } from "@/features/privacy/keys/use-keys";
import { useFormat } from "@/lib/use-format";
import { useMay } from "@/lib/workspace";
import { ListTable } from "@/ui/list-table";

export function MasterCard({ of: master }: { of: NonNullable<PrivacyKeys["master"]> }) {
  const { t } = useTranslation("privacy");
  const format = useFormat();
  const [ended, setEnded] = useState<MasterVersion>();
  const { askMaster, approveMaster, cancelMaster } = useKeyWork();
  return (
    <Card title={t("keyRing.masterTitle")}>
      <Flex vertical gap={16}>
        <span className="soft">{t("keyRing.masterHint")}</span>
        <ListTable<MasterVersion>
          rows={master.versions}
          rowKey={(key) => key.version}
          columns={[
            { title: t("keyRing.version"), className: "num", render: (key) => key.version },
            { title: t("keyRing.fingerprint"), isName: true, render: (key) => <span className="mono">{key.fingerprint}</span> },
            { title: t("keyRing.state"), className: "cell-wide", render: (key) => <EndState of={key} /> },
            { title: t("keyRing.masterWraps"), className: "num", render: (key) => format.count(key.wraps) },
            { title: t("keyRing.made"), className: "num", render: (key) => format.time(key.created_at) },
            {
              title: "",
              render: (key) => (
                <EndActions
                  of={key}
                  held={(key.wraps > 0 || isMoving(master.rotation)) && t("keyRing.masterHeld")}
                  isBusy={approveMaster.isPending || cancelMaster.isPending}
                  onAsk={() => { setEnded(key); }}
                  onApprove={() => { approveMaster.mutate(key.version); }}
                  onKeep={() => { cancelMaster.mutate(key.version); }}
                />
              ),
            },
          ]}
        />
        <MasterRotation of={master} />
      </Flex>
      {ended && (
        <DestructionDialog
          name={t("keyRing.masterName")}
          version={ended.version}
          consequence={t("keyRing.masterConsequence")}
          work={askMaster}
          onSend={(reason) => {
            askMaster.mutate({ version: ended.version, reason }, { onSuccess: () => { setEnded(undefined); } });
          }}
          onClose={() => { setEnded(undefined); }}
        />
      )}
    </Card>
  );
}

function MasterRotation({ of: { rotation } }: { of: NonNullable<PrivacyKeys["master"]> }) {
  const { t } = useTranslation("privacy");
  const format = useFormat();
  const mayManage = useMay("privacy:manage");
  const { rotateMaster } = useKeyWork();
  if (rotation && isMoving(rotation)) {
    return (
      <div role="status">
        {t("keyRing.masterRotating", { done: format.count(rotation.done), total: format.count(rotation.total) })}
        <Progress
          percent={rotation.total ? Math.floor((100 * rotation.done) / rotation.total) : 0}
          status="active"
          aria-label={t("keyRing.rotate")}
        />
        <span className="soft">{t("keyRing.rotatingHint")}</span>
      </div>
    );
  }
  return (
    <Flex wrap gap={8} align="center">
      {mayManage && (
        <Popconfirm
          title={t("keyRing.masterConfirm")}
          description={<div className="confirm-words">{t("keyRing.masterRotateHint")}</div>}
          onConfirm={() => { rotateMaster.mutate(); }}
        >
          <Button loading={rotateMaster.isPending}>{t("keyRing.masterRotate")}</Button>
        </Popconfirm>
      )}
      {rotateMaster.isPending && <span className="soft" role="status">{t("keyRing.queued")}</span>}
      {rotation && !rotateMaster.isPending && (
        <span className="soft" role="status">
          {t("keyRing.masterRotated", { version: rotation.version, done: format.count(rotation.done) })}
        </span>
      )}
    </Flex>
  );
}
