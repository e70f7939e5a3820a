/** How many people come how often. */
import { Card } from "antd";
import { useTranslation } from "react-i18next";
import { ShareBar } from "@/features/people/levels/share-bar";
import { useFrequency } from "@/features/people/levels/use-reports";
import { useWord } from "@/features/people/shared/words";
import { useFormat } from "@/lib/use-format";
import { PassportHint } from "@/ui/passport";
import { PlainTable } from "@/ui/plain-table";
import { Failure, Waiting } from "@/ui/states";

export function FrequencyView() {
  const { t } = useTranslation("levels");
  const word = useWord();
  const format = useFormat();
  const found = useFrequency();
  if (found.isError) return <Failure error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Waiting />;
  const { settings, levels, passport, as_of } = found.data;
  return (
    <Card title={t("levels.view.frequency")}>
      <p className="soft" style={{ marginTop: 0 }}>
        {t("levels.asOf", { at: format.time(as_of), zone: format.zoneLabel })}
        <br />
        {t("levels.window", {
          days: settings.window_days, low: settings.low_from, medium: settings.medium_from, high: settings.high_from,
        })}
      </p>
      <PlainTable
        rows={levels}
        rowKey={(row) => row.level}
        columns={[
          { key: "level", title: t("levels.level"), render: (row) => word("frequency", row.level) },
          {
            key: "people",
            title: <>{t("levels.people")}<PassportHint passport={passport} /></>,
            isNumber: true,
            render: (row) => format.count(row.people),
          },
          { key: "share", title: t("levels.share"), render: (row) => <ShareBar share={row.share} /> },
        ]}
      />
    </Card>
  );
}
