/** Page views: on load, and when the address changes without one. */

import type { Tracker } from './tracker';

export function watchPages(tracker: Tracker, guarded: (action: () => void) => () => void): void {
  let last = place();
  const check = guarded(() => {
    const now = place();
    if (now === last) return;
    tracker.moved(last);
    last = now;
    tracker.page();
  });
  // Frameworks set the title right after the address; a moment later both are true.
  const soon = (): void => void setTimeout(check, 0);
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name];
    history[name] = function (this: History, ...given: Parameters<History['pushState']>) {
      original.apply(this, given);
      soon();
    };
  }
  addEventListener('popstate', soon);
  tracker.page();
}

/** The address without its fragment: jumping within a page is no page view. */
function place(): string {
  return location.href.split('#')[0]!;
}
