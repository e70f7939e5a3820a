/** One-time tokens ride in the link's query or, so that no server log keeps them, in its fragment. */
export function tokenOf(search: string, hash: string): string {
  return (
    new URLSearchParams(search).get("token") ??
    new URLSearchParams(hash.replace(/^#/, "")).get("token") ??
    ""
  );
}

/** A path of our own to go on to; never an address elsewhere. */
export function safeNext(next: string | null): string {
  return next?.startsWith("/") && !/^\/[/\\]/.test(next) ? next : "/";
}
