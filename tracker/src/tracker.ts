/** The calls: each becomes one message in Catchment's own format, and joins the queue. */

import { Keep } from './keep';
import { Queue } from './queue';
import type { Consent, Settings } from './settings';

export type Properties = Record<string, unknown>;

const VERSION = '0.1.0';
const CAMPAIGN = /^utm_(source|medium|campaign|term|content)$/;

export class Tracker {
  private keep: Keep;
  private queue: Queue;
  private state: Consent = 'pending';
  private referrer = document.referrer;
  /** When a call was made that waited for this script; else the present. */
  at: number | undefined;

  constructor(private settings: Settings) {
    this.keep = new Keep(settings.cookieDomain);
    this.queue = new Queue(settings, this.keep, randomId);
    this.enter(this.initialConsent());
  }

  track(event: string, properties?: Properties): void {
    this.send('track', { event, properties });
  }

  identify(userId: string | number | null, traits?: Properties): void {
    if (userId != null && this.state !== 'off') {
      const known = this.keep.get('uid');
      // Someone else on the same browser is not the same device user: two people, two ids.
      if (known && known !== String(userId)) this.reset();
      this.keep.set('uid', String(userId));
    }
    this.send('identify', { traits });
  }

  page(name?: string | Properties, properties?: Properties): void {
    const isNamed = typeof name === 'string';
    const given = isNamed ? properties : name;
    this.send('page', {
      ...(isNamed ? { name } : {}),
      properties: { ...this.place(), ...given },
    });
  }

  group(groupId: string, traits?: Properties): void {
    this.send('group', { group_id: String(groupId), traits });
  }

  alias(userId: string | number, previousId?: string): void {
    const previous_id = previousId || this.keep.get('uid') || this.anonymousId();
    if (this.state !== 'off') this.keep.set('uid', String(userId));
    this.send('alias', { previous_id });
  }

  /** Another person, or nobody yet, sits before this browser. */
  reset(): void {
    this.keep.remove('uid');
    this.keep.remove('aid');
  }

  consent(state: Consent): void {
    if (state === this.state) return;
    this.enter(state);
    if (state === 'on') {
      if (this.settings.consent === 'required') this.keep.store('consent', 'on');
      else this.keep.unstore('consent');
    }
    // The refusal itself is kept only where silence would mean consent again.
    if (state === 'off' && this.settings.consent === 'on') this.keep.store('consent', 'off');
  }

  anonymousId(): string {
    let id = this.keep.get('aid');
    if (!id) this.keep.set('aid', (id = randomId()));
    return id;
  }

  flush(): void {
    this.queue.flush();
  }

  online(): void {
    this.queue.online();
  }

  leave(): void {
    this.queue.leave();
  }

  /** The page's address changed without a load; what was is now the referrer. */
  moved(from: string): void {
    this.referrer = from;
  }

  private initialConsent(): Consent {
    const { consent, respectPrivacySignals } = this.settings;
    const signals = navigator as { globalPrivacyControl?: boolean; doNotTrack?: string | null };
    const objects = signals.globalPrivacyControl || signals.doNotTrack === '1';
    if (consent === 'off' || (respectPrivacySignals && objects)) return 'off';
    const said = this.keep.stored('consent');
    if (consent === 'required') return said === 'on' ? 'on' : 'pending';
    return said === 'off' ? 'off' : 'on';
  }

  private enter(state: Consent): void {
    const before = this.state;
    this.state = state;
    if (state === 'on') {
      this.keep.allow();
      this.queue.open();
    } else {
      this.queue.close(state === 'off');
      // A page that starts without consent has nothing to forget, and touches nothing.
      if (before === 'on') this.keep.forget();
    }
  }

  private send(type: string, fields: Properties): void {
    if (this.state === 'off') return;
    const message = {
      message_id: randomId(),
      type,
      ...fields,
      user_id: this.keep.get('uid'),
      anonymous_id: this.anonymousId(),
      original_timestamp: new Date(this.at || Date.now()).toISOString(),
      sequence: this.keep.next('seq'),
      context: this.context(),
    };
    this.queue.add(JSON.stringify(message));
  }

  private place(): Properties {
    const { href, pathname, search } = location;
    return { url: href, path: pathname, search, title: document.title, referrer: this.referrer };
  }

  private context(): Properties {
    const campaign: Record<string, string> = {};
    new URLSearchParams(location.search).forEach((value, name) => {
      const part = CAMPAIGN.exec(name)?.[1];
      if (part) campaign[part === 'campaign' ? 'name' : part] = value;
    });
    return {
      page: this.place(),
      campaign: Object.keys(campaign).length ? campaign : undefined,
      locale: navigator.language,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      screen: { width: screen.width, height: screen.height, density: devicePixelRatio },
      userAgent: navigator.userAgent,
      library: { name: 'catchment.js', version: VERSION },
    };
  }
}

function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join('');
}
