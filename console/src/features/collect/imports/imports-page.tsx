/** Files brought in: upload, say which column is what, watch, mend the rest. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Chosen } from "@/features/collect/imports/chosen";
import { HistoryCard } from "@/features/collect/imports/history-card";
import { MappingCard } from "@/features/collect/imports/mapping-card";
import { UploadCard } from "@/features/collect/imports/upload-card";
import { useMay } from "@/lib/workspace";
import { Page } from "@/ui/page";

export function Component() {
  const { t } = useTranslation("imports");
  const mayImport = useMay("import:change");
  const [chosen, setChosen] = useState<Chosen>();
  const reset = () => {
    setChosen(undefined);
  };
  return (
    <Page title={t("nav.imports")} hint={t("imports.hint")}>
      {mayImport && !chosen && <UploadCard onUploaded={setChosen} />}
      {chosen && <MappingCard key={chosen.uploaded.upload_id} chosen={chosen} onDone={reset} onCancel={reset} />}
      <HistoryCard />
    </Page>
  );
}
