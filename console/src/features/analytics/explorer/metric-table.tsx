/** The numbers behind the chart. */
import { Table, type TableColumnsType } from "antd";
import { useTranslation } from "react-i18next";
import type { MetricViewProps } from "@/features/analytics/explorer/metric-chart";
import type { Part } from "@/features/analytics/explorer/metric-rows";
import { useFormat } from "@/lib/use-format";
import { useMetricTitle } from "@/ui/passport";

const PAGE_SIZE = 20;

interface Line {
  key: string;
  period: string;
  value: number | null;
}

export function MetricTable(props: MetricViewProps) {
  return props.isSplit ? <PartsTable {...props} /> : <PeriodsTable {...props} />;
}

/** Without a breakdown: a period per line, the newest first, under the whole. */
function PeriodsTable({ table, passport, currency, grain }: MetricViewProps) {
  const { t } = useTranslation("metrics");
  const format = useFormat();
  const title = useMetricTitle()(passport);
  const value = (one: number | null | undefined) => format.value(one, passport.unit, currency);
  const part = table.parts[0];
  const lines: Line[] = table.periods
    .map((period, index) => ({
      key: period,
      period: grain === "hour" ? format.time(period) : format.time(period).slice(0, 10),
      value: part?.values[index] ?? null,
    }))
    .reverse();
  return (
    <Table<Line>
      size="small"
      scroll={{ x: "max-content" }}
      pagination={{ pageSize: PAGE_SIZE, hideOnSinglePage: true, showSizeChanger: false }}
      dataSource={lines}
      columns={[
        { title: t("explorer.period"), dataIndex: "period", className: "num left" },
        { title, className: "num", render: (_, line) => value(line.value) },
      ]}
      summary={() => (
        <Table.Summary.Row>
          <Table.Summary.Cell index={0}>
            <strong>{t("explorer.whole")}</strong>
          </Table.Summary.Cell>
          <Table.Summary.Cell index={1} className="num">
            <strong>{value(part?.whole)}</strong>
          </Table.Summary.Cell>
        </Table.Summary.Row>
      )}
    />
  );
}

/** With a breakdown: a part per line, the periods across. */
function PartsTable({ table, passport, currency, grain, nameOf }: MetricViewProps) {
  const { t } = useTranslation("metrics");
  const format = useFormat();
  const value = (one: number | null | undefined) => format.value(one, passport.unit, currency);
  const columns: TableColumnsType<Part> = [
    { title: t("breakdown.label"), fixed: "left", render: (_, part) => nameOf(part) },
    {
      title: t("explorer.whole"),
      className: "num",
      sorter: (a, b) => (a.whole ?? -Infinity) - (b.whole ?? -Infinity),
      render: (_, part) => <strong>{value(part.whole)}</strong>,
    },
    ...table.periods.map((period, index) => ({
      key: period,
      title: format.time(period, grain === "hour" ? "hour" : "day"),
      className: "num",
      render: (_: unknown, part: Part) => value(part.values[index]),
    })),
  ];
  return (
    <Table<Part>
      size="small"
      rowKey="key"
      scroll={{ x: "max-content" }}
      pagination={{ pageSize: PAGE_SIZE, hideOnSinglePage: true, showSizeChanger: false }}
      dataSource={table.parts}
      columns={columns}
    />
  );
}
