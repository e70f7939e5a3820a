/** What a page shows while it waits, when it failed, and when there is nothing yet. */
import { Alert, App, Button, Empty, Flex, Skeleton, Spin, Typography } from "antd";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { loadWords } from "@/lib/words";
import { problemWords } from "@/ui/problem-words";

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

/** The sentences for problems are loaded with the first one, and the page is drawn again with them. */
function useProblemSentences(): void {
  const [, setLoaded] = useState(false);
  useEffect(() => {
    // Without them the general words must do, as where the server cannot be reached.
    void loadWords("problems").then(() => { setLoaded(true); }, () => undefined);
  }, []);
}

/** What went wrong, in the reader's words where they are known, and one way on. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  useProblemSentences();
  const { title, detail } = problemWords(error, t);
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
    const tell = () => {
      const { title, detail, isKnown } = problemWords(error, t);
      void message.error(isKnown ? [title, detail].filter(Boolean).join(" ") : detail || title);
    };
    void loadWords("problems").then(tell, tell);
  };
}
