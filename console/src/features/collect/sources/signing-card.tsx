/** How servers prove that they are themselves, and what what they say is worth. */
import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Card, Flex, Modal, Popconfirm, Radio, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { api, body, done, type Schema } from "@/api/client";
import { useFormat } from "@/lib/use-format";
import type { Source } from "@/lib/use-sources";
import { useMay, useWorkspace } from "@/lib/workspace";
import { CopyBox } from "@/ui/copy";
import { Failure, useProblemMessage, Waiting } from "@/ui/states";
import { TrustTag } from "@/ui/trust-tag";

type Secret = Schema["SigningSecret"];
type Change = Schema["SourceChange"];
type Rule = Source["signature"];

const SOURCE = "/api/v1/workspaces/{workspace_id}/sources/{source_id}";
const SECRETS = `${SOURCE}/signing-secrets` as const;

export function SigningCard({ source }: { source: Source }) {
  const { t } = useTranslation("sources");
  const { id } = useWorkspace();
  const { message, modal } = App.useApp();
  const tell = useProblemMessage();
  const mayChange = useMay("source:change");
  const maySettle = useMay("source:settle");
  const queries = useQueryClient();
  const path = { workspace_id: id, source_id: source.id };
  const change = useMutation({
    mutationFn: (wanted: Change) => body(api.PATCH(SOURCE, { params: { path }, body: wanted })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["sources", id] });
      void message.success(t("state.saved"));
    },
    onError: tell,
  });
  const choose = (signature: Rule) => {
    if (signature === "optional") {
      change.mutate({ signature });
      return;
    }
    modal.confirm({
      title: t("signing.requireConfirm"),
      content: t("signing.requireHint"),
      onOk: () => change.mutateAsync({ signature }).catch(() => undefined),
    });
  };
  return (
    <Card title={t("signing.title")}>
      <Flex vertical gap={12}>
        <span className="soft">{t("signing.hint")}</span>
        <Flex gap={8} align="center">
          <span className="soft">{t("signing.trust")}</span>
          <TrustTag trust={source.trust} />
        </Flex>
        <div>
          <div className="field-label">{t("signing.rule")}</div>
          <Radio.Group
            disabled={!mayChange || change.isPending}
            value={source.signature}
            options={(["optional", "required"] as const).map((one) => ({ value: one, label: t(`signing.${one}`) }))}
            onChange={(event) => { choose(event.target.value as Rule); }}
          />
        </div>
        <Flex gap={8} align="center">
          <Switch
            size="small"
            checked={source.settles}
            disabled={!maySettle || source.signature !== "required" || change.isPending}
            aria-label={t("signing.settles")}
            onChange={(settles) => { change.mutate({ settles }); }}
          />
          <span>
            {t("signing.settles")} <span className="soft">{t("signing.settlesHint")}</span>
          </span>
        </Flex>
        {mayChange && <Secrets source={source.id} />}
      </Flex>
    </Card>
  );
}

function Secrets({ source }: { source: string }) {
  const { t } = useTranslation("sources");
  const { id } = useWorkspace();
  const format = useFormat();
  const tell = useProblemMessage();
  const queries = useQueryClient();
  const path = { workspace_id: id, source_id: source };
  const key = ["signing-secrets", id, source];
  const secrets = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => body(api.GET(SECRETS, { params: { path }, signal })),
  });
  const onSuccess = () => queries.invalidateQueries({ queryKey: key });
  // Shown once: gone from here too as soon as its dialog is closed.
  const make = useMutation({ mutationFn: () => body(api.POST(SECRETS, { params: { path } })), onSuccess, onError: tell, gcTime: 0 });
  const remove = useMutation({
    mutationFn: (one: Secret) => done(api.DELETE(`${SECRETS}/{secret_id}`, { params: { path: { ...path, secret_id: one.id } } })),
    onSuccess,
    onError: tell,
  });
  return (
    <div>
      <Flex justify="space-between" align="center" className="field-label">
        <span>{t("signing.secrets")}</span>
        <Button size="small" icon={<PlusOutlined />} loading={make.isPending} onClick={() => { make.mutate(); }}>
          {t("signing.make")}
        </Button>
      </Flex>
      {secrets.isError && <Failure error={secrets.error} onRetry={() => void secrets.refetch()} />}
      {secrets.isPending && <Waiting rows={1} />}
      {secrets.data?.items.length === 0 && <span className="soft">{t("signing.noSecrets")}</span>}
      {secrets.data?.items.map((one) => (
        <Flex key={one.id} justify="space-between" align="center" gap={8}>
          <span>
            <span className="mono">…{one.hint}</span> <span className="soft num">{format.time(one.created_at)}</span>
          </span>
          <Popconfirm
            title={t("signing.removeConfirm", { hint: one.hint })}
            description={<div className="confirm-words">{t("signing.removeHint")}</div>}
            onConfirm={() => { remove.mutate(one); }}
          >
            <Button type="link" danger size="small">{t("signing.remove")}</Button>
          </Popconfirm>
        </Flex>
      ))}
      {make.data && (
        <Modal open title={t("signing.made")} onCancel={make.reset} onOk={make.reset} cancelButtonProps={{ hidden: true }}>
          <Alert type="warning" showIcon title={t("signing.once")} style={{ marginBottom: 16 }} />
          <CopyBox text={make.data.secret} label={t("signing.secret")} />
        </Modal>
      )}
    </div>
  );
}
