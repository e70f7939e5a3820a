/** Merging with another person, found by name, id or any identifier. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ChangeDialog } from "@/features/people/person/change-dialog";
import { PersonSelect } from "@/features/people/shared/person-select";

export function MergeDialog({ person, onClose }: { person: string; onClose: () => void }) {
  const { t } = useTranslation("people");
  const [other, setOther] = useState<string>();
  return (
    <ChangeDialog
      title={t("change.mergeTitle")}
      change={other ? { kind: "merge", people: [person, other] } : undefined}
      onClose={onClose}
    >
      <PersonSelect
        label={t("change.other")}
        placeholder={t("change.find")}
        value={other}
        except={person}
        onChange={setOther}
      />
    </ChangeDialog>
  );
}
