/** What a consent reaches, in words. */
import { useWord } from "@/features/people/shared/words";

/** A purpose and a channel in words; the ledger's star is every channel. */
export function useReach(): (one: { purpose: string; channel: string }) => string {
  const word = useWord();
  return ({ purpose, channel }) => `${word("purpose", purpose)} · ${word("channel", channel === "*" ? "any" : channel)}`;
}
