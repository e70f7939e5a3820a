/** Single keys as short cuts, silent while the reader writes. */
import { useEffect, useRef } from "react";

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

const CHORD_MS = 1_200;

/**
 * Calls the handler of a key, or of two keys in a row written `g o`.
 */
export function useHotkeys(handlers: Record<string, () => void>): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    let first = "";
    let firstAt = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || isWriting(event.target)) return;
      if (document.querySelector(".ant-modal-wrap:not([style*='display: none'])")) return;
      const chord = event.timeStamp - firstAt < CHORD_MS ? `${first} ${event.key}` : "";
      const handler = latest.current[chord] ?? latest.current[event.key];
      first = event.key;
      firstAt = event.timeStamp;
      if (!handler) return;
      event.preventDefault();
      handler();
    };
    window.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener("keydown", onKey);
    };
  }, []);
}
