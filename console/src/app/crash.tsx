/** When a page breaks, or there is none at this address. */
import { Button, Result } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate, useRouteError } from "react-router";

export function NotFound() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Result
      status="404"
      title={t("crash.notFound")}
      subTitle={t("crash.notFoundHint")}
      extra={
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
    <Result
      status="error"
      title={t("crash.title")}
      subTitle={error instanceof Error ? error.message : t("crash.hint")}
      extra={
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
