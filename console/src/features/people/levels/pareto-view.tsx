/** How few people or products bring most: the curve, and what it comes to. */
import { Card, Col, Flex, Row, Segmented, Select, Statistic } from "antd";
import { useTranslation } from "react-i18next";
import { usePareto, type Pareto } from "@/features/people/levels/use-reports";
import type { Span } from "@/lib/period";
import { useAddress } from "@/lib/use-address";
import { useFormat } from "@/lib/use-format";
import { Chart } from "@/ui/chart";
import { PassportHint } from "@/ui/passport";
import { Failure, Nothing, Waiting } from "@/ui/states";

const WIDTH = 112;
const GINI_DIGITS = 3;
const STEPS = 100;

export function ParetoView({ span }: { span: Span }) {
  const { t } = useTranslation("levels");
  const [get, set] = useAddress();
  const of = get("of") === "products" ? "products" : "people";
  const found = usePareto(span, of, get("currency"));
  const currencies = found.data?.currencies ?? [];
  return (
    <Card
      title={t("levels.curve")}
      extra={
        <Flex wrap gap={8}>
          {currencies.length > 1 && (
            <Select
              aria-label={t("levels.currency")}
              style={{ width: WIDTH }}
              value={found.data?.currency ?? null}
              options={currencies.map((one) => ({ value: one, label: one }))}
              onChange={(currency) => { set({ currency: currency ?? undefined }); }}
            />
          )}
          <Segmented<"people" | "products">
            aria-label={t("levels.of")}
            value={of}
            options={[
              { value: "people", label: t("levels.paretoPeople") },
              { value: "products", label: t("levels.paretoProducts") },
            ]}
            onChange={(chosen) => { set({ of: chosen === "people" ? undefined : chosen }); }}
          />
        </Flex>
      }
    >
      {found.isError && <Failure error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Waiting rows={8} />}
      {found.data && !found.data.most && <Nothing title={t("levels.nothing")} hint={t("levels.nothingHint")} />}
      {found.data?.most && <Curve pareto={found.data} most={found.data.most} />}
    </Card>
  );
}

/** The share of value at each hundredth of the population: the curve at even steps. */
function evenly(pareto: Pareto): (number | null)[] {
  return Array.from({ length: STEPS + 1 }, (_, step) => {
    const share = step / STEPS;
    const right = pareto.points.findIndex((point) => point.share_of_population >= share - 1e-9);
    const after = pareto.points[right];
    const before = pareto.points[Math.max(0, right - 1)];
    if (!after || !before) return null;
    const width = after.share_of_population - before.share_of_population;
    const part = width > 0 ? (share - before.share_of_population) / width : 1;
    return before.share_of_value + (after.share_of_value - before.share_of_value) * Math.min(1, part);
  });
}

function Curve({ pareto, most }: { pareto: Pareto; most: NonNullable<Pareto["most"]> }) {
  const { t } = useTranslation("levels");
  const format = useFormat();
  const money = (minor: number) => format.money(minor, pareto.currency);
  const passport = pareto.passports.find((one) => one.id === "value_share");
  const fifth = pareto.top_fifth;
  const share = (value: number | null) => format.share(value, 0);
  return (
    <>
      <Row gutter={[16, 16]} style={{ marginBottom: 8 }}>
        <Col xs={24} md={8}>
          <Statistic
            title={<>{t("levels.few", { share: format.share(most.share_of_population) })}{passport && <PassportHint passport={passport} />}</>}
            value={format.count(most.count)}
          />
          <span className="soft">
            {t("levels.fewHint", { count: format.count(most.count), population: format.count(pareto.population) })}
          </span>
        </Col>
        <Col xs={24} md={8}>
          <Statistic title={t("levels.fifth")} value={fifth ? format.share(fifth.share_of_value) : "–"} />
          {fifth && <span className="soft">{t("levels.fifthHint", { value: money(fifth.value_minor), total: money(pareto.total_minor) })}</span>}
        </Col>
        <Col xs={24} md={8}>
          <Statistic title={t("levels.gini")} value={pareto.gini === null ? "–" : pareto.gini.toFixed(GINI_DIGITS)} />
          <span className="soft">{t("levels.giniHint")}</span>
        </Col>
      </Row>
      <Chart
        kind="line"
        max={1}
        labels={Array.from({ length: STEPS + 1 }, (_, step) => share(step / STEPS))}
        series={[
          { name: t("levels.valueShare"), values: evenly(pareto) },
          { name: t("levels.equal"), values: Array.from({ length: STEPS + 1 }, (_, step) => step / STEPS), isBackground: true },
        ]}
        summary={t("levels.curveSummary", { people: format.share(most.share_of_population), value: format.share(most.share_of_value) })}
        format={(value) => format.share(value)}
        formatAxis={(value) => share(value)}
      />
      {pareto.below_zero_minor < 0 && (
        <p className="soft">
          {t("levels.belowZero")}: {money(pareto.below_zero_minor)}. {t("levels.belowZeroHint")}
        </p>
      )}
    </>
  );
}
