/** A measure in one line: what of which event, over which time. */
import { useTranslation } from "react-i18next";
import { AGGREGATES } from "@/features/people/traits/trait-draft";

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

export function useMeasureWords(): (measure: Record<string, unknown>) => string {
  const { t } = useTranslation("traits");
  return (measure) => {
    const condition = isRecord(measure["condition"]) ? measure["condition"] : {};
    const aggregate = AGGREGATES.find((one) => one === measure["aggregate"]);
    const filters = Array.isArray(condition["filters"]) ? condition["filters"].length : 0;
    const parts = [
      aggregate ? t(`aggregate.${aggregate}`) : "",
      typeof measure["field"] === "string" ? measure["field"] : "",
      typeof condition["event"] === "string" ? condition["event"] : "",
      filters > 0 ? t("traits.conditions", { shown: filters }) : "",
      typeof measure["window"] === "string" ? t("traits.window", { window: measure["window"] }) : t("traits.allTime"),
    ];
    return parts.filter(Boolean).join(" · ");
  };
}
