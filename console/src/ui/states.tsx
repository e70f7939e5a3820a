/** What a page shows while it waits, when it failed, and when there is nothing yet. */
import { Alert, App, Button, Empty, Flex, Skeleton, Spin, Typography } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "@/api/client";

/** A quiet wait for a whole page. */
export function Loading() {
  return (
    <Flex justify="center" align="center" style={{ minHeight: 240, padding: 64 }}>
      <Spin size="large" />
    </Flex>
  );
}

/** Grey lines where a list or card will stand. */
export function Waiting({ rows = 6 }: { rows?: number }) {
  return <Skeleton active title={false} paragraph={{ rows }} style={{ padding: 16 }} aria-busy />;
}

/** What went wrong in the server's own words, and one way on. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const { title, detail } = useProblemWords(error);
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={title}
      description={detail}
      action={onRetry ? <Button onClick={onRetry}>{t("state.retry")}</Button> : undefined}
    />
  );
}

interface ProblemWords {
  title: string;
  detail: string;
}

/** A problem in the reader's language where we know it, else as the server told it. */
export function useProblemWords(error: unknown): ProblemWords {
  const { t } = useTranslation();
  if (!(error instanceof Problem)) {
    return { title: t("problem.unknown"), detail: error instanceof Error ? error.message : "" };
  }
  if (error.status === 0) return { title: t("problem.offline"), detail: t("problem.offlineHint") };
  const fields = error.errors.map((one) => `${one.pointer ?? ""} ${one.detail ?? ""}`.trim());
  const detail = [error.detail, ...fields].filter(Boolean).join(" · ");
  if (error.status === 403) return { title: t("problem.denied"), detail };
  if (error.status === 404) return { title: t("problem.missing"), detail };
  if (error.status === 429 || error.status === 503) return { title: t("problem.busy"), detail };
  return { title: error.title, detail };
}

interface NothingProps {
  title: string;
  hint?: ReactNode;
  action?: ReactNode;
}

/** An empty place that teaches the first step. */
export function Nothing({ title, hint, action }: NothingProps) {
  return (
    <Empty
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      style={{ padding: "32px 16px" }}
      description={
        <Flex vertical gap={4} align="center">
          <Typography.Text strong>{title}</Typography.Text>
          {hint && (
            <Typography.Text type="secondary" style={{ maxWidth: 480 }}>
              {hint}
            </Typography.Text>
          )}
        </Flex>
      }
    >
      {action}
    </Empty>
  );
}

/** Tells a failed act in passing, where no form stands to show it in. */
export function useProblemMessage(): (error: unknown) => void {
  const { t } = useTranslation();
  const { message } = App.useApp();
  return (error) => {
    const words =
      error instanceof Problem && error.status > 0 ? error.detail || error.title : t("problem.offline");
    void message.error(words);
  };
}
