/** One value in clear: held in this component alone, for a minute, and nowhere else. */
import { useCallback, useEffect, useState } from "react";
import { api, body, type Schema } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";

export type FieldReference = Schema["FieldReference"];
type RevealAsk = Schema["RevealAsk"];
type Revealed = Schema["Revealed"];

export const SHOWN_SECONDS = 60;
const TICK_MS = 1_000;

export interface Shown {
  value: string;
  /** Seconds until it is hidden again. */
  left: number;
}

interface Reveal {
  shown: Shown | undefined;
  wasShown: boolean;
  isAsking: boolean;
  error: unknown;
  ask: (wanted: RevealAsk) => Promise<void>;
  hide: () => void;
}

/** Not a query and not a mutation: their caches would keep the value after it is hidden. */
export function useReveal(person: string): Reveal {
  const { id } = useWorkspace();
  const [shown, setShown] = useState<Shown>();
  const [wasShown, setWasShown] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [error, setError] = useState<unknown>();
  const isShown = shown !== undefined;
  useEffect(() => {
    if (!isShown) return undefined;
    const hideAt = Date.now() + SHOWN_SECONDS * TICK_MS;
    const timer = setInterval(() => {
      const left = Math.ceil((hideAt - Date.now()) / TICK_MS);
      setShown((before) => (before && left > 0 ? { ...before, left } : undefined));
    }, TICK_MS);
    return () => { clearInterval(timer); };
  }, [isShown]);
  const ask = useCallback(
    async (wanted: RevealAsk) => {
      setAsking(true);
      setError(undefined);
      try {
        const told: Revealed = await body(
          api.POST("/api/v1/workspaces/{workspace_id}/people/{person_id}/reveal", {
            params: { path: { workspace_id: id, person_id: person } },
            body: wanted,
            cache: "no-store",
          }),
        );
        setShown({ value: told.value, left: SHOWN_SECONDS });
        setWasShown(true);
      } catch (trouble) {
        setError(trouble);
      } finally {
        setAsking(false);
      }
    },
    [id, person],
  );
  const hide = useCallback(() => { setShown(undefined); }, []);
  return { shown, wasShown, isAsking, error, ask, hide };
}
