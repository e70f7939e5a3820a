/** How an audience's size went, in a line no taller than a line of text. */
import { Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { useGrowth, type AudienceRow } from "@/features/people/audiences/use-audiences";
import { useFormat } from "@/lib/use-format";
import { Sparkline } from "@/ui/sparkline";

export function GrowthSparkline({ audience }: { audience: AudienceRow }) {
  const { t } = useTranslation("audiences");
  const format = useFormat();
  const growth = useGrowth(audience);
  if (growth.isPending) return <Skeleton.Node active style={{ width: 96, height: 24 }} />;
  const sizes = growth.data?.days.map((day) => day.size ?? 0) ?? [];
  const label = t("audiences.growthLabel", { name: audience.name, shown: format.count(audience.size) });
  return <Sparkline values={sizes} label={label} />;
}
