/** API keys for scripts and notebooks: made, shown once, taken back. */
import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Card, Flex, Popconfirm, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, done, type Schema } from "@/api/client";
import { KeyDialog } from "@/features/access/settings/key-dialog";
import { scopeWord } from "@/features/access/settings/scopes";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import { ListTable } from "@/ui/list-table";
import { Page } from "@/ui/page";
import { Failure, Nothing, useProblemMessage, Waiting } from "@/ui/states";

type Key = Schema["Key"];

export function Component() {
  const { t } = useTranslation("settings");
  const { id } = useWorkspace();
  const mayChange = useMay("key:change");
  const [isMaking, setMaking] = useState(false);
  const keys = useQuery({
    queryKey: ["keys", id],
    queryFn: () =>
      body(api.GET("/api/v1/workspaces/{workspace_id}/keys", { params: { path: { workspace_id: id } } })),
    enabled: mayChange,
  });
  const make = (
    <Button
      type="primary"
      icon={<PlusOutlined />}
      onClick={() => {
        setMaking(true);
      }}
    >
      {t("keys.new")}
    </Button>
  );
  return (
    <Page title={t("nav.keys")} hint={t("keys.hint")} actions={mayChange && make}>
      <Card styles={{ body: { padding: 0 } }}>
        {!mayChange && <Nothing title={t("keys.onlyOwner")} />}
        {keys.isError && <Failure error={keys.error} onRetry={() => void keys.refetch()} />}
        {mayChange && keys.isPending && <Waiting />}
        {keys.data?.items.length === 0 && (
          <Nothing title={t("keys.none")} hint={t("keys.noneHint")} action={make} />
        )}
        {keys.data && keys.data.items.length > 0 && <KeyTable keys={keys.data.items} />}
      </Card>
      {isMaking && (
        <KeyDialog
          onClose={() => {
            setMaking(false);
          }}
        />
      )}
    </Page>
  );
}

function KeyTable({ keys }: { keys: Key[] }) {
  const { t } = useTranslation("settings");
  const { id } = useWorkspace();
  const format = useFormat();
  const tell = useProblemMessage();
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: (key: Key) =>
      done(
        api.DELETE("/api/v1/workspaces/{workspace_id}/keys/{key_id}", {
          params: { path: { workspace_id: id, key_id: key.id } },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["keys", id] }),
    onError: tell,
  });
  return (
    <ListTable<Key>
      rows={keys}
      rowKey={(key) => key.id}
      columns={[
        { title: t("keys.name"), isName: true, render: (key) => key.name },
        {
          title: t("keys.scopes"),
          isWide: true,
          render: (key) => (
            <Flex wrap gap={4}>
              {key.scopes.map((scope) => (
                <Tag key={scope}>{t(`scope.${scopeWord(scope)}`)}</Tag>
              ))}
            </Flex>
          ),
        },
        { title: t("keys.made"), className: "num", render: (key) => format.time(key.created_at) },
        {
          title: t("keys.used"),
          className: "num",
          render: (key) => (key.last_used_at ? format.time(key.last_used_at) : t("keys.neverUsed")),
        },
        {
          title: t("keys.expires"),
          className: "num",
          render: (key) => (key.expires_at ? format.time(key.expires_at) : t("keys.never")),
        },
        {
          title: "",
          render: (key) => (
            <Popconfirm
              title={t("keys.revokeConfirm", { name: key.name })}
              description={t("keys.revokeHint")}
              onConfirm={() => {
                revoke.mutate(key);
              }}
            >
              <Button type="link" danger size="small">
                {t("keys.revoke")}
              </Button>
            </Popconfirm>
          ),
        },
      ]}
    />
  );
}
