/** Size by day, and who entered and left; the same numbers stand in a table below the chart. */
import { Card, Collapse, Flex } from "antd";
import { useTranslation } from "react-i18next";
import { useGrowth, type Audience } from "@/features/people/audiences/use-audiences";
import { useFormat } from "@/lib/use-format";
import { Chart } from "@/ui/chart";
import { PlainTable } from "@/ui/plain-table";
import { Failure, Waiting } from "@/ui/states";

const HEIGHT = 220;

export function GrowthCard({ audience }: { audience: Audience }) {
  const { t } = useTranslation("audiences");
  const format = useFormat();
  const growth = useGrowth(audience);
  const days = growth.data?.days ?? [];
  const [first, last] = [days[0], days.at(-1)];
  return (
    <Card title={t("detail.growth")} extra={first && last && <span className="soft small num">{first.day} – {last.day}</span>}>
      {growth.isError && <Failure error={growth.error} onRetry={() => void growth.refetch()} />}
      {growth.isPending && <Waiting rows={5} />}
      {growth.data && days.length === 0 && <span className="soft">{t("detail.noGrowth")}</span>}
      {first && last && (
        <Flex vertical gap={12}>
          <Chart
            kind="line"
            isWhole
            isLastOpen
            height={HEIGHT}
            labels={days.map((day) => day.day.slice(5))}
            series={[{ name: t("detail.size"), values: days.map((day) => day.size) }]}
            summary={t("detail.growthSummary", { name: audience.name, first: first.day, last: last.day })}
            format={format.count}
            formatAxis={format.short}
          />
          <Refills refills={growth.data?.refills ?? []} />
          <Collapse
            size="small"
            items={[{
              key: "table",
              label: t("detail.table"),
              children: (
                <PlainTable
                  rows={[...days].reverse()}
                  rowKey={(day) => day.day}
                  columns={[
                    { key: "day", title: t("detail.day"), className: "num", render: (day) => day.day },
                    { key: "size", title: t("detail.size"), isNumber: true, render: (day) => format.count(day.size) },
                    { key: "entered", title: t("detail.entered"), isNumber: true, render: (day) => format.count(day.entered) },
                    { key: "left", title: t("detail.left"), isNumber: true, render: (day) => format.count(day.left) },
                  ]}
                />
              ),
            }]}
          />
        </Flex>
      )}
    </Card>
  );
}

type RefillRow = NonNullable<ReturnType<typeof useGrowth>["data"]>["refills"][number];

function Refills({ refills }: { refills: readonly RefillRow[] }) {
  const { t } = useTranslation("audiences");
  const format = useFormat();
  if (refills.length === 0) return null;
  return (
    <div>
      <p className="section-name">{t("detail.refills")}</p>
      <ul className="fact-list">
        {refills.map((one) => (
          <li key={one.at} className="num small">
            {t("detail.refill", {
              entered: format.count(one.entered), left: format.count(one.left), cause: t(`cause.${one.cause}`),
              version: one.version, at: format.time(one.at),
            })}
          </li>
        ))}
      </ul>
    </div>
  );
}
