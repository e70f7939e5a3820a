/** From one stage to another: how many, how fast, by month. */
import { Card, Flex, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useDays } from "@/features/people/levels/use-days";
import type { LifeCycle } from "@/features/people/levels/use-reports";
import { STAGES } from "@/features/people/shared/stages";
import { useWord } from "@/features/people/shared/words";
import { useAddress } from "@/lib/use-address";
import { useFormat } from "@/lib/use-format";
import { PassportHint } from "@/ui/passport";
import { PlainTable } from "@/ui/plain-table";

const WIDTH = 144;

export function ConversionCard({ life }: { life: LifeCycle }) {
  const { t } = useTranslation("levels");
  const word = useWord();
  const format = useFormat();
  const days = useDays();
  const [, set] = useAddress();
  const { begin, end, total, cohorts } = life.conversion;
  const passport = life.passports.find((one) => one.id === "stage_conversion");
  const stages = STAGES.map((one) => ({ value: one as string, label: word("stage", one) }));
  return (
    <Card title={t("levels.conversion")}>
      <p className="soft" style={{ marginTop: 0 }}>{t("levels.conversionHint")}</p>
      <Flex wrap gap={8} style={{ marginBottom: 8 }}>
        <Select
          aria-label={t("levels.begin")}
          style={{ width: WIDTH }}
          value={begin as string}
          options={[{ value: "seen", label: t("levels.seen") }, ...stages]}
          onChange={(from) => { set({ from: from === "seen" ? undefined : from }); }}
        />
        <span aria-hidden style={{ lineHeight: "32px" }}>→</span>
        <Select
          aria-label={t("levels.end")}
          style={{ width: WIDTH }}
          value={end as string}
          options={stages}
          onChange={(to) => { set({ to: to === "first_order" ? undefined : to }); }}
        />
      </Flex>
      <PlainTable
        rows={[total, ...cohorts]}
        rowKey={(row) => row.month ?? ""}
        columns={[
          { key: "month", title: t("levels.month"), render: (row) => row.month ?? <strong>{t("levels.everyMonth")}</strong> },
          { key: "people", title: t("levels.people"), isNumber: true, render: (row) => format.count(row.people) },
          { key: "converted", title: t("levels.converted"), isNumber: true, render: (row) => format.count(row.converted) },
          {
            key: "share",
            title: <>{t("levels.share")}{passport && <PassportHint passport={passport} />}</>,
            isNumber: true,
            render: (row) => format.share(row.share),
          },
          { key: "speed", title: t("levels.speed"), isNumber: true, render: (row) => days(row.speed.median_days) },
          {
            key: "quartiles",
            title: t("levels.quartiles"),
            isNumber: true,
            render: (row) => row.speed.q1_days === null ? "–" : `${days(row.speed.q1_days)} – ${days(row.speed.q3_days)}`,
          },
        ]}
      />
    </Card>
  );
}
