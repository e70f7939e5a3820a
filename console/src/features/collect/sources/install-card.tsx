/** The snippet for the client at hand, key and address already filled in. */
import { Card, Flex, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Source } from "@/features/collect/shared/sources";
import { CLIENTS, snippetOf, usualClient, type Client } from "@/features/collect/sources/snippets";
import { CodeView } from "@/ui/json-view";

export function InstallCard({ source }: { source: Source }) {
  const { t } = useTranslation();
  const [client, setClient] = useState<Client>(usualClient(source.kind));
  const key = source.write_key ?? t("sources.keyPlace");
  return (
    <Card title={t("install.title")}>
      <Flex vertical gap={12}>
        <div className="scroll-x">
          <Segmented<Client>
            aria-label={t("install.client")}
            value={client}
            onChange={setClient}
            options={CLIENTS.map((one) => ({ value: one, label: t(`client.${one}`) }))}
          />
        </div>
        <span className="soft">{t(`clientHint.${client}`)}</span>
        <CodeView text={snippetOf(client, window.location.origin, key)} label={t("install.title")} />
      </Flex>
    </Card>
  );
}
