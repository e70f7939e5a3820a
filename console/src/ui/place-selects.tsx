/** Choosing a time zone or a currency from those the browser knows. */
import { Select, type SelectProps } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { zoneName } from "@/lib/format-time";

const FIRST_ZONES = ["Asia/Shanghai", "Asia/Hong_Kong", "Asia/Singapore", "Europe/London", "America/New_York", "UTC"];
const FIRST_CURRENCIES = ["CNY", "HKD", "USD", "EUR", "GBP", "JPY", "SGD"];

function withFirst(first: string[], all: string[]): string[] {
  return [...first, ...all.filter((one) => !first.includes(one))];
}

type Props = Pick<SelectProps<string>, "value" | "onChange" | "id" | "disabled">;

export function ZoneSelect(props: Props) {
  const options = useMemo(() => {
    const zones = withFirst(FIRST_ZONES, Intl.supportedValuesOf("timeZone"));
    return zones.map((zone) => ({ value: zone, label: zoneName(zone) }));
  }, []);
  return <Select {...props} showSearch options={options} style={{ width: "100%" }} />;
}

export function CurrencySelect(props: Props) {
  const { i18n } = useTranslation();
  const options = useMemo(() => {
    const names = new Intl.DisplayNames([i18n.language], { type: "currency" });
    const codes = withFirst(FIRST_CURRENCIES, Intl.supportedValuesOf("currency"));
    return codes.map((code) => ({ value: code, label: `${code} · ${names.of(code) ?? code}` }));
  }, [i18n.language]);
  return (
    <Select
      {...props}
      showSearch={{ optionFilterProp: "label" }}
      options={options}
      style={{ width: "100%" }}
    />
  );
}
