/** How an audience's size went, in a line no taller than a line of text. */
import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { body } from "@/api/client";
import { loose } from "@/api/loose";
import { AUDIENCE, type AudienceRow, type Growth } from "@/features/people/audiences/use-audiences";
import { useFormat } from "@/lib/use-format";
import { useWorkspace } from "@/lib/workspace";
import { Sparkline } from "@/ui/sparkline";

const KEPT_MS = 300_000;

export function GrowthSparkline({ audience }: { audience: AudienceRow }) {
  const { t } = useTranslation("audiences");
  const { id } = useWorkspace();
  const format = useFormat();
  const growth = useQuery({
    // Days hardly change: not asked with every look at the list.
    queryKey: ["audience-days", id, audience.id, audience.version],
    queryFn: ({ signal }) =>
      body(
        loose.GET<Growth>(`${AUDIENCE}/growth`, {
          params: { path: { workspace_id: id, audience_id: audience.id } },
          signal,
        }),
      ),
    staleTime: KEPT_MS,
  });
  if (growth.isPending) return <Skeleton.Node active style={{ width: 96, height: 24 }} />;
  const sizes = growth.data?.days.map((day) => day.size ?? 0) ?? [];
  const label = t("audiences.growthLabel", { name: audience.name, shown: format.count(audience.size) });
  return <Sparkline values={sizes} label={label} />;
}
