/** Finding one person by name, id or any identifier. */
import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePersonName } from "@/features/people/shared/person-name";
import { usePeople } from "@/features/people/shared/people";
import { useFormat } from "@/lib/use-format";
import { useDebounced } from "@/lib/use-debounced";

const STILL_MS = 300;
const IDENTIFIERS_SHOWN = 2;

interface PersonSelectProps {
  label: string;
  placeholder: string;
  value: string | undefined;
  /** Who is not offered. */
  except?: string;
  onChange: (person: string | undefined) => void;
}

export function PersonSelect({ label, placeholder, value, except, onChange }: PersonSelectProps) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const personName = usePersonName();
  const [sought, setSought] = useState("");
  const search = useDebounced(sought.trim(), STILL_MS);
  const found = usePeople({ search, stage: undefined, tag: undefined, audience: undefined, order: "last_seen" });
  const rows = (found.data?.pages[0]?.items ?? []).filter((row) => row.person !== except);
  return (
    <div>
      <div className="field-label">{label}</div>
      <Select
        showSearch={{ filterOption: false, onSearch: setSought }}
        autoFocus
        allowClear
        aria-label={label}
        placeholder={placeholder}
        value={value ?? null}
        loading={found.isFetching}
        notFoundContent={found.isFetching ? null : t("people.noMatch")}
        style={{ width: "100%" }}
        options={rows.map((row) => ({
          value: row.person,
          label: [
            personName(row),
            ...row.identifiers.slice(0, IDENTIFIERS_SHOWN).map((one) => one.masked).filter(Boolean),
            format.ago(row.last_seen_at),
          ].join(" · "),
        }))}
        onChange={(chosen: string | null) => {
          onChange(chosen ?? undefined);
        }}
      />
    </div>
  );
}
