/** What a page is set to lives in the address, so that a copied link shows the same. */
import { useCallback } from "react";
import { useSearchParams } from "react-router";

export type Address = Record<string, string | undefined>;

export function useAddress(): [(key: string) => string | undefined, (change: Address) => void] {
  const [search, setSearch] = useSearchParams();
  const get = useCallback((key: string) => search.get(key) ?? undefined, [search]);
  const set = useCallback(
    (change: Address) => {
      setSearch(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [key, value] of Object.entries(change)) {
            if (value) next.set(key, value);
            else next.delete(key);
          }
          return next;
        },
        { replace: true },
      );
    },
    [setSearch],
  );
  return [get, set];
}
