/** How well the sender of an event is known. */
import { Tag, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";

type Trust = Schema["Trust"];

const COLOURS: Record<Trust, string> = { claim: "default", attested: "blue", settled: "green" };

export function TrustTag({ trust }: { trust: Trust }) {
  const { t } = useTranslation();
  return (
    <Tooltip title={t(`trust.${trust}Hint`)}>
      <Tag color={COLOURS[trust]}>{t(`trust.${trust}`)}</Tag>
    </Tooltip>
  );
}
