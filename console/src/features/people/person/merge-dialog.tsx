/** Merging with another person, found by name, id or any identifier. */
import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePersonName } from "@/features/people/list/people-table";
import { ChangeDialog } from "@/features/people/person/change-dialog";
import { usePeople } from "@/features/people/shared/people";
import { useFormat } from "@/lib/use-format";
import { useDebounced } from "@/lib/use-debounced";

const STILL_MS = 300;

export function MergeDialog({ person, onClose }: { person: string; onClose: () => void }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const nameOf = usePersonName();
  const [sought, setSought] = useState("");
  const [other, setOther] = useState<string>();
  const search = useDebounced(sought.trim(), STILL_MS);
  const found = usePeople({ search, stage: undefined, tag: undefined, audience: undefined, order: "last_seen" });
  const rows = (found.data?.pages[0]?.items ?? []).filter((row) => row.person !== person);
  return (
    <ChangeDialog
      title={t("change.mergeTitle")}
      change={other ? { kind: "merge", people: [person, other] } : undefined}
      onClose={onClose}
    >
      <div>
        <div className="field-label">{t("change.other")}</div>
        <Select
          showSearch={{ filterOption: false, onSearch: setSought }}
          autoFocus
          allowClear
          aria-label={t("change.other")}
          placeholder={t("change.find")}
          value={other ?? null}
          loading={found.isFetching}
          notFoundContent={found.isFetching ? null : t("people.noMatch")}
          style={{ width: "100%" }}
          options={rows.map((row) => ({
            value: row.person,
            label: [
              nameOf(row), ...row.identifiers.slice(0, 2).map((one) => one.masked), format.ago(row.last_seen_at),
            ].join(" · "),
          }))}
          onChange={(chosen: string | null) => {
            setOther(chosen ?? undefined);
          }}
        />
      </div>
    </ChangeDialog>
  );
}
