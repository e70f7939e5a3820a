/**
 * Events on their way: kept until the collector says they are on its disk.
 *
 * Each waits in memory and in localStorage under a name of its own, so nothing is rewritten when
 * one comes or goes, and the next page finds what this one could not send. Sending twice is
 * harmless: the message id stays and counts once. Losing is not, so an event is let go of only for
 * an answer (or a beacon that the browser took).
 */

import { attempt, Keep } from './keep';
import type { Settings } from './settings';

const WAITING_MAX = 1000;
const BATCH_EVENTS_MAX = 100;
/** Browsers carry 64 KB behind a closing page. */
const BATCH_BYTES_MAX = 60_000;
const EVENT_BYTES_MAX = 400_000;
const BACKOFF_MAX = 60_000;
const RETRY_AFTER_MAX = 3_600_000;
/** What other tabs left behind is taken over when it is as old as this. */
const ORPHAN_AFTER = 10_000;
const STORED = 'q.';

interface Item {
  name: string;
  json: string;
  bytes: number;
}

export class Queue {
  private waiting: Item[] = [];
  private inFlight: Item[] = [];
  private isOpen = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private notBefore = 0;
  private batchMax = BATCH_EVENTS_MAX;
  private count = 0;

  constructor(
    private settings: Settings,
    private keep: Keep,
    private randomId: () => string,
  ) {}

  /** Starts storing and sending; takes over what earlier pages left. */
  open(): void {
    this.isOpen = true;
    for (const item of this.waiting) this.keep.store(item.name, item.json);
    const mine = STORED + this.tab() + '.';
    const held = new Set(this.waiting.concat(this.inFlight).map((item) => item.name));
    const left = this.keep
      .names(STORED)
      .filter((name) => !held.has(name))
      .filter((name) => name.startsWith(mine) || Date.now() - age(name) > ORPHAN_AFTER)
      .sort((a, b) => age(a) - age(b))
      .map((name) => item(name, this.keep.stored(name) || ''))
      .filter((one) => one.json);
    this.waiting = left.concat(this.waiting);
    this.soon();
  }

  /** Stops storing and sending; `clear` forgets what waits, too. */
  close(clear: boolean): void {
    this.isOpen = false;
    if (clear) this.waiting = this.inFlight = [];
  }

  add(json: string): void {
    const name = `${STORED}${this.isOpen ? this.tab() : 'm'}.${Date.now()}.${++this.count}`;
    const one = item(name, json);
    if (one.bytes > EVENT_BYTES_MAX) return;
    this.waiting.push(one);
    if (this.isOpen) this.keep.store(name, json);
    if (this.waiting.length > WAITING_MAX) this.letGo(this.waiting.splice(0, 1));
    if (this.waiting.length >= this.batchMax) this.flush();
    else this.soon();
  }

  /** Sends the next batch, if the network and the collector are willing. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const idle = this.isOpen && this.waiting.length && !this.inFlight.length;
    if (!idle || navigator.onLine === false) return;
    const wait = this.notBefore - Date.now();
    if (wait > 0) return this.later(wait);
    const batch = (this.inFlight = this.take());
    const body = this.body(batch);
    const keepalive = bytesOf(body) < BATCH_BYTES_MAX + 1000;
    // Inside a promise, so that a `fetch` which throws is one more network failure.
    Promise.resolve()
      .then(() => fetch(this.address(), { method: 'POST', body, keepalive, credentials: 'omit' }))
      .then(
        (answer) => this.answered(batch, answer.status, answer.headers.get('Retry-After')),
        () => this.answered(batch, 0, null),
      );
  }

  /** The network is back: what was put off is tried now. */
  online(): void {
    this.failures = 0;
    if (this.isOpen) this.open();
    this.flush();
  }

  /** The page goes: the browser carries what it can; the rest waits for the next page. */
  leave(): void {
    if (!this.isOpen || navigator.onLine === false || this.notBefore > Date.now()) return;
    while (this.waiting.length) {
      const batch = this.take();
      if (!attempt(() => navigator.sendBeacon(this.address(), this.body(batch)))) {
        this.waiting = batch.concat(this.waiting);
        return;
      }
      this.letGo(batch);
    }
  }

  private answered(batch: Item[], status: number, retryAfter: string | null): void {
    if (batch !== this.inFlight) return; // refused meanwhile: there is nothing to try again
    this.inFlight = [];
    const isTooLarge = status === 413 && batch.length > 1;
    if (status && status < 500 && status !== 429 && status !== 408 && !isTooLarge) {
      // Taken, or refused for good: another try would be refused again.
      if (status >= 400 && this.settings.debug) console.warn('catchment: refused with', status);
      this.letGo(batch);
      this.failures = 0;
      if (this.waiting.length) this.later(0);
      return;
    }
    this.waiting = batch.concat(this.waiting);
    if (isTooLarge) {
      this.batchMax = Math.ceil(batch.length / 2);
      return this.later(0);
    }
    const backoff = Math.min(BACKOFF_MAX, 1000 * 2 ** this.failures++) * (0.5 + Math.random() / 2);
    const asked = retryAfter ? wishOf(retryAfter) : 0;
    this.notBefore = Date.now() + (asked || backoff);
    this.later(asked || backoff);
  }

  private take(): Item[] {
    let bytes = 0;
    let count = 0;
    for (const one of this.waiting) {
      bytes += one.bytes + 1;
      if (count && (count >= this.batchMax || bytes > BATCH_BYTES_MAX)) break;
      count++;
    }
    return this.waiting.splice(0, count);
  }

  private letGo(items: Item[]): void {
    for (const one of items) this.keep.unstore(one.name);
  }

  private soon(): void {
    if (this.timer === undefined && this.waiting.length) this.later(this.settings.flushAfter);
  }

  private later(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => attempt(() => this.flush()), milliseconds);
  }

  private tab(): string {
    return this.keep.tab(this.randomId);
  }

  private address(): string {
    return this.settings.host + '/v1/events';
  }

  private body(items: Item[]): string {
    const key = JSON.stringify(this.settings.key);
    const sent = new Date().toISOString();
    return `{"write_key":${key},"sent_at":"${sent}","events":[${items.map((one) => one.json)}]}`;
  }
}

function item(name: string, json: string): Item {
  return { name, json, bytes: bytesOf(json) };
}

function bytesOf(text: string): number {
  return new Blob([text]).size;
}

/** When a stored event was queued: its name says so. */
function age(name: string): number {
  return Number(name.split('.')[2]) || 0;
}

/** `Retry-After` in milliseconds: seconds, or a date. */
function wishOf(header: string): number {
  const seconds = Number(header);
  const wait = isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
  return Math.min(Math.max(wait || 0, 0), RETRY_AFTER_MAX);
}
