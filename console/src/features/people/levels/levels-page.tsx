/** Levels: the life-cycle, value in fifths, who brings most, and how often people come. */
import { Flex, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { FrequencyView } from "@/features/people/levels/frequency-view";
import { LifeView } from "@/features/people/levels/life-view";
import { ParetoView } from "@/features/people/levels/pareto-view";
import { ValueView } from "@/features/people/levels/value-view";
import { readPeriod, spanOf } from "@/lib/period";
import { useAddress } from "@/lib/use-address";
import { useFormat } from "@/lib/use-format";
import { Page } from "@/ui/page";
import "@/ui/people.css";
import { PeriodPicker } from "@/ui/period-picker";

const VIEWS = ["life", "value", "pareto", "frequency"] as const;
type View = (typeof VIEWS)[number];

export function Component() {
  const { t } = useTranslation("levels");
  const { zone } = useFormat();
  const [get, set] = useAddress();
  const view: View = VIEWS.find((one) => one === get("view")) ?? "life";
  const period = readPeriod(get("period"), "90d");
  const span = spanOf(period, zone, new Date());
  const hasPeriod = view === "life" || view === "pareto";
  return (
    <Page title={t("levels.title")} hint={t("levels.hint")}>
      <Flex wrap gap={8} justify="space-between">
        <Segmented<View>
          aria-label={t("levels.views")}
          value={view}
          options={VIEWS.map((one) => ({ value: one, label: t(`levels.view.${one}`) }))}
          onChange={(chosen) => { set({ view: chosen === "life" ? undefined : chosen }); }}
        />
        {hasPeriod && <PeriodPicker period={period} span={span} onChange={(chosen) => { set({ period: chosen }); }} />}
      </Flex>
      {view === "life" && <LifeView span={span} />}
      {view === "value" && <ValueView />}
      {view === "pareto" && <ParetoView span={span} />}
      {view === "frequency" && <FrequencyView />}
    </Page>
  );
}
