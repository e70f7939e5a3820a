/** For an operator who belongs to no workspace any more. */
import { useTranslation } from "react-i18next";
import { Notice } from "@/ui/notice";

export function NoWorkspace() {
  const { t } = useTranslation();
  return <Notice title={t("shell.noWorkspace")} hint={t("shell.noWorkspaceHint")} />;
}
