/**
 * The script `t.js`: takes the place of the snippet's stub, and does what the stub wrote down.
 *
 * Whatever goes wrong in here stays in here: the page that hosts us must never notice.
 */

import { Live } from './live';
import { watchPages } from './pages';
import { defaults, type Settings } from './settings';
import { Tracker } from './tracker';

/** `["track", "Product Viewed", {…}]`; the snippet's stub notes when it was made. */
type Call = [name: string, ...given: unknown[]] & { madeAt?: number };
type Stub = Call[] & { settings?: Partial<Settings>; isRunning?: boolean };
type Method = (...given: never[]) => unknown;

const CALLS = ['track', 'identify', 'page', 'group', 'alias', 'reset', 'consent', 'flush', 'anonymousId'] as const;
const LIVE_CALLS = ['enter', 'leave', 'product', 'track'] as const;

function start(): void {
  const page = window as unknown as { catchment?: Stub };
  const stub = page.catchment;
  if (stub?.isRunning) return;
  const settings = settingsOf(stub?.settings);
  const tracker = new Tracker(settings);
  const live = new Live(tracker);

  const guarded =
    (action: Method) =>
    (...given: unknown[]): unknown => {
      try {
        return action(...(given as never[]));
      } catch (trouble) {
        if (settings.debug) console.warn('catchment:', trouble);
        return undefined;
      }
    };
  const methods: Record<string, Method> = {};
  const api: Record<string, unknown> = { isRunning: true, settings, live: {} };
  for (const name of CALLS) {
    api[name] = methods[name] = guarded((tracker[name] as Method).bind(tracker));
  }
  for (const name of LIVE_CALLS) {
    (api['live'] as Record<string, unknown>)[name] = methods['live.' + name] = guarded(
      (live[name] as Method).bind(live),
    );
  }
  const run = (call: Call): void => {
    const [name, ...given] = call;
    tracker.at = call.madeAt;
    methods[name]?.(...(given as never[]));
    tracker.at = undefined;
  };
  api['push'] = guarded(run as Method);
  page.catchment = api as unknown as Stub;

  // Consent that was given or refused before we came decides over what follows.
  const calls = Array.isArray(stub) ? stub : [];
  const isConsent = (call: Call): boolean => call[0] === 'consent';
  calls.filter(isConsent).forEach(run);
  if (settings.autoPage) guarded(() => watchPages(tracker, guarded as never))();
  calls.filter((call) => !isConsent(call)).forEach(run);

  addEventListener('online', guarded(() => tracker.online()) as () => void);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') guarded(() => tracker.flush())();
  });
  addEventListener('pagehide', guarded(() => (live.hidden(), tracker.leave())) as () => void);
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    guarded(() => {
      if (settings.autoPage) tracker.page();
      live.shown();
    })();
  });
}

function settingsOf(given: Partial<Settings> | undefined): Settings {
  const script = document.currentScript as HTMLScriptElement | null;
  const settings: Settings = { ...defaults, ...written(script), ...given };
  settings.host = (settings.host || (script ? new URL(script.src).origin : '')).replace(/\/+$/, '');
  return settings;
}

/** What stands on the script's own tag: `data-key`, `data-consent`, `data-auto-page` … */
function written(script: HTMLScriptElement | null): Partial<Settings> {
  const found: Record<string, unknown> = {};
  for (const [name, usual] of Object.entries(defaults)) {
    const text = script?.dataset[name];
    if (text === undefined) continue;
    const isFlag = typeof usual === 'boolean';
    found[name] = isFlag ? text !== 'false' : typeof usual === 'number' ? Number(text) : text;
  }
  return found;
}

try {
  start();
} catch {
  // An old or locked-down browser: the page works on, unmeasured.
}
