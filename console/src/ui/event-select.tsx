/** Choosing an event by name, with how often each came; a name not seen yet may be typed. */
import { AutoComplete, Flex } from "antd";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/lib/use-format";
import { useEventNames } from "@/lib/use-event-names";

interface EventSelectProps {
  value: string;
  onChange: (name: string) => void;
  placeholder?: string;
  width?: number | string;
  label?: string;
  status?: "" | "error";
}

export function EventSelect({ value, onChange, placeholder, width = 220, label, status = "" }: EventSelectProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useEventNames();
  const sought = value.trim().toLowerCase();
  const known = names.data?.items ?? [];
  // A finished choice shows the whole list again, so that another is one press away.
  const isChosen = known.some((one) => one.name === value);
  const shown = isChosen ? known : known.filter((one) => one.name.toLowerCase().includes(sought));
  return (
    <AutoComplete
      allowClear
      aria-label={label ?? t("event.name")}
      placeholder={placeholder ?? t("event.choose")}
      value={value}
      status={status}
      onChange={(name: string | undefined) => {
        onChange(name ?? "");
      }}
      style={{ width }}
      popupMatchSelectWidth={300}
      options={shown.map((one) => ({
        value: one.name,
        label: (
          <Flex justify="space-between" gap={16}>
            <span className="clip">{one.name}</span>
            <span className="num soft">{format.short(one.count)}</span>
          </Flex>
        ),
      }))}
    />
  );
}
