/** Which currency money is shown in, where there is more than the workspace's own. */
import { Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";

type Answered = Pick<Schema["MetricAnswer"], "currency" | "currencies">;

const WIDTH = 92;

/** The currencies to choose from; none where all money is in the workspace's own, or it is no money. */
export function choicesOf({ currency, currencies }: Answered, home: string): string[] {
  if (currency === null) return [];
  const all = [...new Set([...currencies, currency])].sort();
  return all.length > 1 || currency !== home ? all : [];
}

interface CurrencyChoiceProps {
  answer: Answered | undefined;
  onChange: (currency: string) => void;
}

export function CurrencyChoice({ answer, onChange }: CurrencyChoiceProps) {
  const { t } = useTranslation("metrics");
  const { currency: home } = useWorkspace();
  const choices = answer ? choicesOf(answer, home) : [];
  if (!answer || choices.length === 0) return null;
  return (
    <Select<string>
      aria-label={t("explorer.currency")}
      value={answer.currency}
      options={choices.map((one) => ({ value: one, label: one }))}
      onChange={onChange}
      style={{ width: WIDTH }}
    />
  );
}

/** Says so where the amounts are not in the workspace's currency, or some are left out. */
export function CurrencyNote({ currency, currencies }: Answered) {
  const { t } = useTranslation("metrics");
  const { currency: home } = useWorkspace();
  if (currency === null) return null;
  const others = currencies.filter((one) => one !== currency);
  return (
    <>
      {currency !== home && <div className="soft">{t("explorer.otherCurrency", { currency, home })}</div>}
      {others.length > 0 && (
        <div className="soft">{t("explorer.leftOut", { list: others.join(t("list.comma")) })}</div>
      )}
    </>
  );
}
