/** When a page breaks, or there is none at this address. */
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate, useRouteError } from "react-router";
import { Notice } from "@/ui/notice";

export function NotFound() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Notice
      title={t("crash.notFound")}
      hint={t("crash.notFoundHint")}
      action={
        <Button type="primary" onClick={() => void navigate("/")}>
          {t("crash.home")}
        </Button>
      }
    />
  );
}

export function PageCrash() {
  const { t } = useTranslation();
  const error = useRouteError();
  return (
    <Notice
      title={t("crash.title")}
      hint={error instanceof Error ? error.message : t("crash.hint")}
      action={
        <Button
          type="primary"
          onClick={() => {
            window.location.reload();
          }}
        >
          {t("crash.reload")}
        </Button>
      }
    />
  );
}
