/** One number over time, cut as one likes, always with its passport. */
import { DownloadOutlined } from "@ant-design/icons";
import { Button, Card, Flex, Segmented, Select } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { CurrencyChoice, CurrencyNote } from "@/features/analytics/explorer/currency-choice";
import { MetricChart } from "@/features/analytics/explorer/metric-chart";
import { MetricTable } from "@/features/analytics/explorer/metric-table";
import { grainsFor, useExplored, useMetric, useMetrics, type Grain } from "@/features/analytics/explorer/use-metric";
import { isBlank, tableOf } from "@/features/analytics/explorer/metric-rows";
import { BreakdownSelect } from "@/ui/breakdown-select";
import { FilterEditor } from "@/ui/filter-editor";
import { asks, type Filter } from "@/lib/filters";
import { usePartName } from "@/lib/use-fields";
import { downloadCsv } from "@/lib/csv";
import { isMoney, useFormat } from "@/lib/use-format";
import { minorDigits } from "@/lib/format";
import { useEventNames } from "@/lib/use-event-names";
import { useWorkspace } from "@/lib/workspace";
import { CopyButton } from "@/ui/copy";
import { Page } from "@/ui/page";
import { PassportButton, useMetricTitle } from "@/ui/passport";
import { PeriodPicker } from "@/ui/period-picker";
import { Failure, Nothing, Waiting } from "@/ui/states";

const METRIC_WIDTH = 160;

export function Component() {
  const { t } = useTranslation("metrics");
  const titleOf = useMetricTitle();
  const metrics = useMetrics();
  const explored = useExplored(metrics.data);
  const { metric, grain, breakdown, period, span, filters, set } = explored;
  const { rows } = useAnswers(explored);
  const [draft, setDraft] = useState<Filter[]>(filters);
  const change = (next: Filter[]) => {
    setDraft(next);
    set({ filters: next.length > 0 ? JSON.stringify(next) : undefined });
  };
  return (
    <Page title={t("nav.metrics")} hint={t("explorer.hint")} actions={<ExplorerActions explored={explored} />}>
      <Card>
        <Flex vertical gap={12}>
          <Flex wrap gap={8} align="center">
            <Select
              showSearch={{ optionFilterProp: "label" }}
              aria-label={t("explorer.metric")}
              loading={metrics.isPending}
              value={metric || null}
              options={metrics.data?.items.map((one) => ({ value: one.id, label: titleOf(one) }))}
              onChange={(name: string) => {
                set({ metric: name });
              }}
              style={{ width: METRIC_WIDTH }}
            />
            <PeriodPicker
              period={period}
              span={span}
              onChange={(next) => {
                set({ period: next, grain: undefined });
              }}
            />
            <Segmented<Grain>
              aria-label={t("explorer.grain")}
              value={grain}
              options={grainsFor(span).map((one) => ({ value: one, label: t(`grain.${one}`) }))}
              onChange={(next) => {
                set({ grain: next });
              }}
            />
            <BreakdownSelect
              value={breakdown}
              onChange={(field) => {
                set({ breakdown: field });
              }}
            />
            <CurrencyChoice
              answer={rows.data}
              onChange={(next) => {
                set({ currency: next });
              }}
            />
          </Flex>
          <FilterEditor filters={draft} onChange={change} />
        </Flex>
      </Card>
      {metrics.isError && <Failure error={metrics.error} onRetry={() => void metrics.refetch()} />}
      <Answer explored={explored} />
    </Page>
  );
}

type Explored = ReturnType<typeof useExplored>;

function useAnswers(explored: Explored) {
  const ask = { ...explored, filters: asks(explored.filters) };
  const rows = useMetric(ask, explored.grain);
  // The whole period is asked for, not added up: people of two days are not the sum of both.
  const whole = useMetric(ask, "none");
  return { rows, whole };
}

function Answer({ explored }: { explored: Explored }) {
  const { t } = useTranslation("metrics");
  const format = useFormat();
  const { rows, whole } = useAnswers(explored);
  const nameOf = usePartName(explored.breakdown);
  const names = useEventNames();
  const table = useMemo(() => {
    if (!rows.data) return undefined;
    // While one of the two is still the answer to the question before, their currencies may differ.
    const isAlike = whole.data?.currency === rows.data.currency;
    return tableOf(rows.data.rows, isAlike ? (whole.data?.rows ?? []) : []);
  }, [rows.data, whole.data]);
  if (rows.isError) return <Failure error={rows.error} onRetry={() => void rows.refetch()} />;
  if (!rows.data || !table) return <Card><Waiting rows={8} /></Card>;
  const { passport, currency } = rows.data;
  if (isBlank(table)) {
    // A line at zero teaches nothing where there is no event yet.
    if (names.isPending) return <Card><Waiting rows={8} /></Card>;
    if (names.data?.items.length === 0) return <NoEvents />;
  }
  if (table.parts.length === 0) {
    return (
      <Card>
        <Nothing title={t("explorer.none")} hint={t("explorer.noneHint")} />
      </Card>
    );
  }
  const isStale = rows.isPlaceholderData;
  return (
    <div style={{ opacity: isStale ? 0.6 : 1 }} aria-busy={isStale}>
      <Flex vertical gap={16}>
        <Card>
          <MetricChart until={explored.span.until} table={table} passport={passport} currency={currency} grain={explored.grain} nameOf={nameOf} isSplit={Boolean(explored.breakdown)} />
          <CurrencyNote {...rows.data} />
          <span className="soft">
            {t("explorer.took", { shown: format.count(Math.round(rows.data.took_ms)), zone: format.zoneLabel })}
          </span>
        </Card>
        <Card styles={{ body: { padding: 0 } }}>
          <MetricTable table={table} passport={passport} currency={currency} grain={explored.grain} nameOf={nameOf} isSplit={Boolean(explored.breakdown)} />
        </Card>
      </Flex>
    </div>
  );
}

function NoEvents() {
  const { t } = useTranslation("metrics");
  const { id } = useWorkspace();
  return (
    <Card>
      <Nothing
        title={t("explorer.noEvents")}
        hint={t("explorer.noEventsHint")}
        action={<Link to={`/w/${id}/data/sources`}>{t("explorer.toSources")}</Link>}
      />
    </Card>
  );
}

function ExplorerActions({ explored }: { explored: Explored }) {
  const { t } = useTranslation("metrics");
  const titleOf = useMetricTitle();
  const format = useFormat();
  const { currency: home } = useWorkspace();
  const { rows } = useAnswers(explored);
  const nameOf = usePartName(explored.breakdown);
  const data = rows.data;
  const exportCsv = () => {
    if (!data) return;
    const { passport } = data;
    const currency = data.currency ?? home;
    const scale = isMoney(passport.unit) ? 10 ** minorDigits(currency) : 1;
    const title = titleOf(passport) + (isMoney(passport.unit) ? ` (${currency})` : "");
    const head = [t("explorer.period"), ...(explored.breakdown ? [explored.breakdown] : []), title];
    const lines = data.rows.map((row) => [
      row.period === null ? `${explored.span.firstDay}..${explored.span.lastDay}` : format.time(row.period),
      ...(explored.breakdown ? [nameOf(row)] : []),
      row.value === null ? null : row.value / scale,
    ]);
    downloadCsv(`${passport.id}-${explored.span.firstDay}-${explored.span.lastDay}`, [head, ...lines]);
  };
  return (
    <>
      <PassportButton passport={data?.passport} />
      <Button icon={<DownloadOutlined />} disabled={!data || data.rows.length === 0} onClick={exportCsv}>
        {t("action.exportCsv")}
      </Button>
      <CopyButton text={window.location.href} label={t("action.copyLink")} type="default" size="middle" />
    </>
  );
}
