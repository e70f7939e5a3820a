/** The snippet for the client at hand, key and address already filled in. */
import { Button, Card, Flex } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Source } from "@/lib/use-sources";
import { CLIENTS, snippetOf, usualClient, type Client } from "@/features/collect/sources/snippets";
import { CopyButton } from "@/ui/copy";
import { CodeView } from "@/ui/json-view";

export function InstallCard({ source }: { source: Source }) {
  const { t } = useTranslation("sources");
  const [client, setClient] = useState<Client>(usualClient(source.kind));
  const code = snippetOf(client, window.location.origin, source.write_key ?? t("sources.keyPlace"));
  return (
    <Card title={t("install.title")} extra={<CopyButton text={code} type="default" />}>
      <Flex vertical gap={12}>
        <Flex wrap gap={8} role="group" aria-label={t("install.client")}>
          {CLIENTS.map((one) => (
            <Button
              key={one}
              size="small"
              type={one === client ? "primary" : "default"}
              aria-pressed={one === client}
              onClick={() => {
                setClient(one);
              }}
            >
              {t(`client.${one}`)}
            </Button>
          ))}
        </Flex>
        <span className="soft">{t(`clientHint.${client}`)}</span>
        <CodeView text={code} label={t("install.title")} />
      </Flex>
    </Card>
  );
}
