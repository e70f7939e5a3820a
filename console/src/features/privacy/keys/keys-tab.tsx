/** The keys above every person's keys: what they are is never told, only how they stand. */
import { Alert, Button, Card, Flex, Popconfirm, Progress, Select, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { isMoving, useKeyWork, usePrivacyKeys, type PrivacyKeys } from "@/features/privacy/keys/use-keys";
import { KeyTable } from "@/features/privacy/keys/key-table";
import { MasterCard } from "@/features/privacy/keys/master-card";
import { useFormat } from "@/lib/use-format";
import { useVaultWord, type DataClass } from "@/lib/vault";
import { useMay } from "@/lib/workspace";
import { Failure, Nothing, Waiting } from "@/ui/states";

export function KeysTab() {
  const { t } = useTranslation("privacy");
  const keys = usePrivacyKeys();
  if (keys.isError) return <Failure error={keys.error} onRetry={() => void keys.refetch()} />;
  if (!keys.data) return <Card><Waiting /></Card>;
  const { data } = keys;
  return (
    <Flex vertical gap={16}>
      {data.is_away && <Alert type="warning" showIcon title={t("away.title", { ns: "vault" })} description={t("keyRing.awayHint")} />}
      <StoreCard keys={data} />
      {data.master && <MasterCard of={data.master} />}
      <Card title={t("keyRing.versions")} styles={{ body: { padding: 0 } }}>
        {data.workspace_keys.length === 0 ? (
          <Nothing title={data.is_away ? t("keyRing.closed") : t("keyRing.none")} hint={data.is_away ? undefined : t("keyRing.noneHint")} />
        ) : (
          <KeyTable keys={data.workspace_keys} />
        )}
      </Card>
    </Flex>
  );
}

function StoreCard({ keys }: { keys: PrivacyKeys }) {
  const { t } = useTranslation("privacy");
  const mayManage = useMay("privacy:manage");
  const { choose } = useKeyWork();
  return (
    <Card title={t("keyRing.store")}>
      <Flex vertical gap={16}>
        <dl className="fact-pairs">
          <div>
            <dt>{t("keyRing.state")}</dt>
            <dd>
              <Tag color={keys.is_away ? "orange" : "green"}>{keys.is_away ? t("keyRing.away") : t("keyRing.here")}</Tag>
            </dd>
          </div>
          <div>
            <dt>{t("keyRing.fingerprint")}</dt>
            <dd className="mono">{keys.master?.fingerprint ?? "–"}</dd>
          </div>
          <div>
            <dt>{t("keyRing.place")}</dt>
            <dd>{keys.master ? (keys.master.store === "file" ? t("keyRing.file") : keys.master.store) : "–"}</dd>
          </div>
          <div>
            <dt>{t("keyRing.logUntil")}</dt>
            <dd className="num">{keys.log_keys_since ?? "–"}</dd>
          </div>
          <div>
            <dt>{t("keyRing.cipher")}</dt>
            <dd>
              <Select
                size="small"
                aria-label={t("keyRing.cipher")}
                value={keys.cipher}
                disabled={!mayManage || keys.is_away}
                loading={choose.isPending}
                options={keys.ciphers.map((one) => ({ value: one, label: t(`ciphers.${one}`) }))}
                onChange={(cipher) => { choose.mutate(cipher); }}
                style={{ minWidth: 144 }}
              />
            </dd>
          </div>
        </dl>
        <span className="soft">{t("keyRing.cipherHint")}</span>
        <RotationLine keys={keys} />
      </Flex>
    </Card>
  );
}

function RotationLine({ keys }: { keys: PrivacyKeys }) {
  const { t } = useTranslation("privacy");
  const format = useFormat();
  const word = useVaultWord();
  const mayManage = useMay("privacy:manage");
  const { rotate } = useKeyWork();
  const { rotation } = keys;
  if (rotation && isMoving(rotation)) {
    const share = rotation.total ? Math.min(1, rotation.done / rotation.total) : 0;
    return (
      <div role="status">
        {t("keyRing.rotating", {
          name: word("classes", rotation.data_class), done: format.count(rotation.done), total: format.count(rotation.total),
        })}
        <Progress percent={Math.floor(share * 100)} status="active" aria-label={t("keyRing.rotate")} />
        <span className="soft">{t("keyRing.rotatingHint")}</span>
      </div>
    );
  }
  const classes = [...new Set(keys.workspace_keys.map((one) => one.data_class))];
  return (
    <Flex wrap gap={8} align="center">
      {mayManage && classes.map((one: DataClass) => (
        <Popconfirm
          key={one}
          title={t("keyRing.rotateConfirm", { name: word("classes", one) })}
          description={<div className="confirm-words">{t("keyRing.rotateHint")}</div>}
          onConfirm={() => { rotate.mutate(one); }}
        >
          <Button loading={rotate.isPending && rotate.variables === one} disabled={keys.is_away || rotate.isPending}>
            {t("keyRing.rotateOf", { name: word("classes", one) })}
          </Button>
        </Popconfirm>
      ))}
      {rotate.isPending && <span className="soft" role="status">{t("keyRing.queued")}</span>}
      {rotation && !rotate.isPending && (
        <span className="soft" role="status">
          {t("keyRing.rotated", { name: word("classes", rotation.data_class), done: format.count(rotation.done) })}
        </span>
      )}
    </Flex>
  );
}
