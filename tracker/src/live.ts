/** Live rooms: every event carries the show's id and its offset from the show's start. */

import type { Properties, Tracker } from './tracker';

interface Presence {
  id: string;
  startedAt: number;
  enteredAt: number;
  properties: Properties;
}

export class Live {
  private presence: Presence | undefined;
  /** The show that the page was in when it was hidden away, to come back to. */
  private left: Presence | undefined;

  constructor(private tracker: Tracker) {}

  enter(liveId: string, startedAt: Date | number | string, properties: Properties = {}): void {
    this.leave();
    this.presence = {
      id: String(liveId),
      startedAt: new Date(startedAt).getTime(),
      enteredAt: this.now(),
      properties,
    };
    this.track('Live Room Entered');
  }

  leave(properties?: Properties): void {
    if (!this.presence) return;
    const duration_ms = this.now() - this.presence.enteredAt;
    this.track('Live Room Left', { duration_ms, ...properties });
    this.presence = undefined;
  }

  /** A product of the show was tapped. */
  product(productId: string, properties?: Properties): void {
    this.track('Live Product Clicked', { product_id: String(productId), ...properties });
  }

  /** Any event of the show, as `Live Comment Posted`. */
  track(event: string, properties?: Properties): void {
    const show = this.presence;
    if (!show) return this.tracker.track(event, properties);
    const offset = this.now() - show.startedAt;
    const offset_ms = isNaN(offset) ? undefined : offset;
    this.tracker.track(event, { live_id: show.id, offset_ms, ...show.properties, ...properties });
  }

  /** The page goes, and with it the viewer. */
  hidden(): void {
    this.left = this.presence;
    this.leave();
  }

  /** The page came back out of the browser's cache. */
  shown(): void {
    if (this.left) this.enter(this.left.id, this.left.startedAt, this.left.properties);
  }

  private now(): number {
    return this.tracker.at || Date.now();
  }
}
