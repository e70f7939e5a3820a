/** The frame of the pages before sign-in: the mark, one card, the other language. */
import { Button, Card, Flex, Typography } from "antd";
import { useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { switchLanguage } from "@/lib/i18n";
import { useLanguage } from "@/lib/use-format";

interface EntranceProps {
  title: string;
  hint?: string;
  children: ReactNode;
}

const CARD_WIDTH = 420;

export function EntranceCard({ title, hint, children }: EntranceProps) {
  const { t } = useTranslation("entrance");
  const other = useLanguage() === "zh" ? "en" : "zh";
  useEffect(() => {
    document.title = `${title} · Catchment`;
  }, [title]);
  return (
    <Flex vertical align="center" justify="center" gap={24} className="entrance">
      <Flex vertical align="center" gap={8}>
        <img src="/favicon.svg" alt="" width={48} height={48} />
        <strong className="entrance-name">Catchment</strong>
        <span className="soft">{t("entrance.slogan")}</span>
      </Flex>
      <Card role="main" style={{ width: "100%", maxWidth: CARD_WIDTH }} styles={{ body: { padding: 24 } }}>
        <Typography.Title level={1} style={{ fontSize: 20, margin: 0 }}>
          {title}
        </Typography.Title>
        <Typography.Paragraph type="secondary">{hint}</Typography.Paragraph>
        {children}
      </Card>
      <Button type="link" onClick={() => void switchLanguage(other)} lang={other === "zh" ? "zh-CN" : "en"}>
        {t("shell.otherLanguageFull")}
      </Button>
    </Flex>
  );
}
