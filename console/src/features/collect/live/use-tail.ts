/**
 * The live tail: an open line to the log, gathered into a bounded list.
 *
 * Entries come faster than a screen can be drawn, so they wait a moment and are shown together;
 * while paused they are counted and kept (up to the bound), not shown.
 */
import { useEffect, useRef, useState } from "react";
import type { Schema } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";

export type Entry = Schema["LiveEntry"];
export type LineState = "connecting" | "open" | "broken";

const KEPT_MAX = 500;
const SHOW_EVERY_MS = 250;
const TRY_AGAIN_MS = 4_000;

interface Tail {
  entries: Entry[];
  waiting: number;
  line: LineState;
  hasGap: boolean;
}

const EMPTY: Tail = { entries: [], waiting: 0, line: "connecting", hasGap: false };

function addressOf(workspace: string, event: string, source: string | undefined): string {
  const query = new URLSearchParams();
  if (event) query.set("event", event);
  if (source) query.set("source_id", source);
  return `/api/v1/workspaces/${workspace}/events/stream?${query.toString()}`;
}

interface TailOptions {
  event: string;
  source: string | undefined;
  isPaused: boolean;
}

export function useTail({ event, source, isPaused }: TailOptions): Tail & { clear: () => void } {
  const { id } = useWorkspace();
  const [tail, setTail] = useState<Tail>(EMPTY);
  const waiting = useRef<Entry[]>([]);
  const paused = useRef(isPaused);
  useEffect(() => {
    paused.current = isPaused;
  }, [isPaused]);

  useEffect(() => {
    let stream: EventSource | undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    const connect = () => {
      stream = new EventSource(addressOf(id, event, source));
      stream.addEventListener("open", () => {
        setTail((now) => ({ ...now, line: "open" }));
      });
      stream.addEventListener("entry", (told: MessageEvent<string>) => {
        waiting.current.unshift(JSON.parse(told.data) as Entry);
        if (waiting.current.length > KEPT_MAX) waiting.current.length = KEPT_MAX;
      });
      stream.addEventListener("dropped", () => {
        setTail((now) => ({ ...now, hasGap: true }));
      });
      stream.addEventListener("error", () => {
        setTail((now) => ({ ...now, line: "broken" }));
        // The browser tries again by itself, except after an answer that was no stream.
        if (stream?.readyState === EventSource.CLOSED) again = setTimeout(connect, TRY_AGAIN_MS);
      });
    };
    connect();
    const show = setInterval(() => {
      const fresh = waiting.current;
      if (fresh.length === 0) return;
      if (paused.current) {
        setTail((now) => (now.waiting === fresh.length ? now : { ...now, waiting: fresh.length }));
        return;
      }
      waiting.current = [];
      setTail((now) => ({
        ...now,
        waiting: 0,
        entries: [...fresh, ...now.entries].slice(0, KEPT_MAX),
      }));
    }, SHOW_EVERY_MS);
    return () => {
      stream?.close();
      clearTimeout(again);
      clearInterval(show);
      waiting.current = [];
      setTail(EMPTY);
    };
  }, [id, event, source]);

  const clear = () => {
    waiting.current = [];
    setTail((now) => ({ ...now, entries: [], waiting: 0, hasGap: false }));
  };
  return { ...tail, clear };
}
