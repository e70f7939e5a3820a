/** Says calmly why values stand closed; asks the server only when something on the page is. */
import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { isClosed } from "@/lib/vault";

interface Readiness {
  /** Each part, and "ok" or what ails it; absent where something worse is wrong. */
  checks?: Record<string, string>;
}

const AGAIN_MS = 30_000;

/** Whether the key store is away, as the server's own readiness tells everybody. */
async function keysState(): Promise<"here" | "away"> {
  const answer = await fetch("/readyz");
  const told = (await answer.json()) as Readiness;
  return (told.checks?.["keys"] ?? "ok") === "ok" ? "here" : "away";
}

/** A banner where any of the shown values is closed because the keys are away; else nothing. */
export function KeysAwayBanner({ shown }: { shown: readonly unknown[] }) {
  const { t } = useTranslation("vault");
  const state = useQuery({
    queryKey: ["keys-state"],
    queryFn: keysState,
    // A single closed value is somebody forgotten as a rule, and costs one small question.
    enabled: shown.some(isClosed),
    refetchInterval: (query) => (query.state.data === "away" ? AGAIN_MS : false),
  });
  if (state.data !== "away") return null;
  return <Alert type="info" showIcon title={t("away.title")} description={t("away.hint")} />;
}
