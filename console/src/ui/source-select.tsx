/** Choosing one of the workspace's sources, or all of them. */
import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { useSources } from "@/lib/use-sources";

interface SourceSelectProps {
  value: string | undefined;
  onChange: (id: string | undefined) => void;
  /** What an empty choice means; all of them, unless told. */
  placeholder?: string;
}

const WIDTH = 180;

export function SourceSelect({ value, onChange, placeholder }: SourceSelectProps) {
  const { t } = useTranslation();
  const sources = useSources();
  return (
    <Select
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      aria-label={t("source.one")}
      placeholder={placeholder ?? t("source.all")}
      loading={sources.isPending}
      value={value ?? null}
      onChange={(id: string | null) => {
        onChange(id ?? undefined);
      }}
      options={sources.data?.items.map((source) => ({ value: source.id, label: source.name }))}
      style={{ width: WIDTH }}
    />
  );
}
