/** For an operator who belongs to no workspace any more. */
import { Result } from "antd";
import { useTranslation } from "react-i18next";

export function NoWorkspace() {
  const { t } = useTranslation();
  return <Result status="info" title={t("shell.noWorkspace")} subTitle={t("shell.noWorkspaceHint")} />;
}
