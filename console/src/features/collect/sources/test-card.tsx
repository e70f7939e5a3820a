/** Sends a test event and waits for it on the live line, so that "it works" is seen, not assumed. */
import { CheckCircleFilled, LoadingOutlined, SendOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Card, Flex } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, body, type Schema } from "@/api/client";
import type { Source } from "@/lib/use-sources";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import { Failure } from "@/ui/states";

const PATIENCE_MS = 15_000;

type Arrival = { state: "idle" | "waiting" | "late" } | { state: "seen"; seconds: number };

/** Waits for one message on the source's live line; opened before sending, so as not to miss it. */
function useArrival(source: Source) {
  const { id } = useWorkspace();
  const [arrival, setArrival] = useState<Arrival>({ state: "idle" });
  const stop = useRef<() => void>(() => undefined);
  useEffect(() => () => {
    stop.current();
  }, []);

  const listen = () => {
    stop.current();
    setArrival({ state: "waiting" });
    const begun = performance.now();
    const seen = new Map<string, number>();
    let sought: string | undefined;
    const query = new URLSearchParams({ source_id: source.id });
    const line = new EventSource(`/api/v1/workspaces/${id}/events/stream?${query.toString()}`);
    const patience = setTimeout(() => {
      line.close();
      setArrival({ state: "late" });
    }, PATIENCE_MS);
    stop.current = () => {
      clearTimeout(patience);
      line.close();
    };
    const check = () => {
      const at = sought === undefined ? undefined : seen.get(sought);
      if (at === undefined) return;
      stop.current();
      setArrival({ state: "seen", seconds: at });
    };
    line.addEventListener("entry", (told: MessageEvent<string>) => {
      const entry = JSON.parse(told.data) as Schema["LiveEntry"];
      seen.set(entry.message_id, (performance.now() - begun) / 1000);
      check();
    });
    const opened = new Promise<void>((resolve) => {
      line.addEventListener("open", () => {
        resolve();
      });
      line.addEventListener("error", () => {
        resolve();
      });
    });
    const expect = (messageId: string) => {
      sought = messageId;
      check();
    };
    return { opened, expect };
  };
  const giveUp = () => {
    stop.current();
    setArrival({ state: "idle" });
  };
  return { arrival, listen, giveUp };
}

export function TestCard({ source }: { source: Source }) {
  const { t } = useTranslation("sources");
  const { id } = useWorkspace();
  const format = useFormat();
  const mayChange = useMay("source:change");
  const queries = useQueryClient();
  const { arrival, listen, giveUp } = useArrival(source);
  const send = useMutation({
    mutationFn: async () => {
      const { opened, expect } = listen();
      await opened;
      const sent = await body(
        api.POST("/api/v1/workspaces/{workspace_id}/sources/{source_id}/test-event", {
          params: { path: { workspace_id: id, source_id: source.id } },
        }),
      );
      expect(sent.message_id);
    },
    onError: giveUp,
    onSettled: () => queries.invalidateQueries({ queryKey: ["sources", id] }),
  });
  const isWaiting = send.isPending || arrival.state === "waiting";
  return (
    <Card title={t("test.title")}>
      <Flex vertical gap={12} align="flex-start">
        <span className="soft">{t("test.hint")}</span>
        <Button
          icon={<SendOutlined />}
          disabled={!mayChange || !source.is_enabled || isWaiting}
          onClick={() => {
            send.mutate();
          }}
        >
          {t("test.send")}
        </Button>
        <div role="status">
          {isWaiting && (
            <Flex gap={8}>
              <LoadingOutlined /> {t("test.waiting")}
            </Flex>
          )}
          {!isWaiting && arrival.state === "seen" && (
            <Flex gap={8} align="center" wrap>
              <CheckCircleFilled className="delta-up" />
              {t("test.seen", { shown: format.duration(arrival.seconds) })}
              <Link to={`/w/${id}/data/live?source=${source.id}`}>{t("test.toLive")}</Link>
            </Flex>
          )}
        </div>
        {!isWaiting && arrival.state === "late" && (
          <Alert type="warning" showIcon title={t("test.late")} description={t("test.lateHint")} />
        )}
        {send.isError && <Failure error={send.error} />}
      </Flex>
    </Card>
  );
}
