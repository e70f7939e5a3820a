/** Window, order, period and breakdown of a funnel. */
import { Flex, InputNumber, Select, Space } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ORDERS, type FunnelState, type Order } from "@/features/analytics/funnel/funnel-state";
import { BreakdownSelect } from "@/ui/breakdown-select";
import type { Address } from "@/lib/use-address";
import { PeriodPicker } from "@/ui/period-picker";

const UNITS = { minute: 60, hour: 3_600, day: 86_400 } as const;
type Unit = keyof typeof UNITS;

const NUMBER_WIDTH = 88;
const ORDER_WIDTH = 160;

/** The largest unit that the window is a whole number of. */
export function inUnits(seconds: number): { many: number; unit: Unit } {
  for (const unit of ["day", "hour"] as const) {
    if (seconds % UNITS[unit] === 0) return { many: seconds / UNITS[unit], unit };
  }
  return { many: Math.max(1, Math.round(seconds / UNITS.minute)), unit: "minute" };
}

interface FunnelOptionsProps {
  state: FunnelState;
  onChange: (change: Address) => void;
}

export function FunnelOptions({ state, onChange }: FunnelOptionsProps) {
  const { t } = useTranslation("funnel");
  const { many, unit } = inUnits(state.window);
  const setWindow = (nextMany: number, nextUnit: Unit) => {
    onChange({ window: String(nextMany * UNITS[nextUnit]) });
  };
  return (
    <Flex vertical gap={12}>
      <Option label={t("period.label")}>
        <PeriodPicker
          period={state.period}
          span={state.span}
          onChange={(period) => {
            onChange({ period });
          }}
        />
      </Option>
      <Option label={t("funnel.window")} hint={t("funnel.windowHint")}>
        <Space.Compact>
          <InputNumber
            aria-label={t("funnel.window")}
            min={1}
            max={366}
            precision={0}
            value={many}
            onChange={(value) => {
              if (value) setWindow(value, unit);
            }}
            style={{ width: NUMBER_WIDTH }}
          />
          <Select<Unit>
            aria-label={t("funnel.windowUnit")}
            value={unit}
            options={(Object.keys(UNITS) as Unit[]).map((one) => ({ value: one, label: t(`unit.${one}`) }))}
            onChange={(next) => {
              setWindow(many, next);
            }}
            style={{ width: NUMBER_WIDTH }}
          />
        </Space.Compact>
      </Option>
      <Option label={t("funnel.order")} hint={t(`funnelOrderHint.${state.order}`)}>
        <Select<Order>
          aria-label={t("funnel.order")}
          value={state.order}
          options={ORDERS.map((order) => ({ value: order, label: t(`funnelOrder.${order}`) }))}
          onChange={(order) => {
            onChange({ order: order === "ordered" ? undefined : order });
          }}
          style={{ width: ORDER_WIDTH }}
        />
      </Option>
      <Option label={t("breakdown.label")}>
        <BreakdownSelect
          event={state.steps[0]?.event}
          value={state.breakdown}
          onChange={(breakdown) => {
            onChange({ breakdown });
          }}
        />
      </Option>
    </Flex>
  );
}

function Option({ label, hint, children }: { label: string; hint?: string; children: ReactNode }) {
  return (
    <div>
      <div className="soft">{label}</div>
      {children}
      {hint && <div className="soft option-hint">{hint}</div>}
    </div>
  );
}
