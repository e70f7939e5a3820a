/**
 * What the browser remembers for us, and nothing before it is allowed to.
 *
 * Values live in memory; while storing is allowed they are also in localStorage, and the anonymous
 * id in a first-party cookie, so that either may be cleared or blocked and the page still works.
 */

const PREFIX = 'ct.';
const COOKIE = 'ct_aid';
const ANONYMOUS = 'aid';
const YEAR_SECONDS = 31_536_000;

/** `action`'s answer, or nothing where the browser refuses: storage may throw at any time. */
export function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

export class Keep {
  private memory: Record<string, string> = {};
  private isAllowed = false;
  /** The browser does store: then what is stored is the truth, for another tab may change it. */
  private isStoring = false;

  constructor(private cookieDomain: string) {}

  /** From now on values are stored; those in memory at once. */
  allow(): void {
    this.isAllowed = true;
    this.store('test', '1');
    this.isStoring = !!this.stored('test');
    this.unstore('test');
    for (const name of Object.keys(this.memory)) this.set(name, this.memory[name]!);
  }

  /** Forgets everything here and in the browser, and stores nothing from now on. */
  forget(): void {
    this.isAllowed = this.isStoring = false;
    this.memory = {};
    for (const name of this.names('')) this.unstore(name);
    this.cookie('', 0);
    attempt(() => sessionStorage.removeItem(PREFIX + 'tab'));
  }

  get(name: string): string | undefined {
    if (!this.isAllowed) return this.memory[name];
    const shared = name === ANONYMOUS ? this.readCookie() : undefined;
    return shared || (this.isStoring ? this.stored(name) : this.memory[name]);
  }

  /** The stored value, whether storing is allowed or not: a remembered choice is read so. */
  stored(name: string): string | undefined {
    return attempt(() => localStorage.getItem(PREFIX + name)) || undefined;
  }

  set(name: string, value: string): void {
    this.memory[name] = value;
    if (!this.isAllowed) return;
    this.store(name, value);
    if (name === ANONYMOUS) this.cookie(value, YEAR_SECONDS);
  }

  remove(name: string): void {
    delete this.memory[name];
    this.unstore(name);
    if (name === ANONYMOUS) this.cookie('', 0);
  }

  /** Stores without asking whether it is allowed: for the refusal itself. */
  store(name: string, value: string): void {
    attempt(() => localStorage.setItem(PREFIX + name, value));
  }

  unstore(name: string): void {
    attempt(() => localStorage.removeItem(PREFIX + name));
  }

  /** A number that rises with every call on this device, over tabs and visits. */
  next(name: string): number {
    const last = Number(this.get(name));
    const value = (last || 0) + 1;
    this.set(name, String(value));
    return value;
  }

  /** Stored names that start so. */
  names(start: string): string[] {
    return (
      attempt(() =>
        Object.keys(localStorage)
          .filter((name) => name.startsWith(PREFIX + start))
          .map((name) => name.slice(PREFIX.length)),
      ) || []
    );
  }

  /** The name of this tab; survives navigation within it. */
  tab(make: () => string): string {
    const name = PREFIX + 'tab';
    const known = attempt(() => sessionStorage.getItem(name));
    if (known) return known;
    const made = make();
    attempt(() => sessionStorage.setItem(name, made));
    return made;
  }

  private readCookie(): string | undefined {
    return attempt(() => new RegExp('(?:^|; )' + COOKIE + '=([^;]+)').exec(document.cookie)?.[1]);
  }

  private cookie(value: string, seconds: number): void {
    const domain = this.cookieDomain ? '; domain=' + this.cookieDomain : '';
    const secure = location.protocol === 'https:' ? '; secure' : '';
    if (!value && !this.readCookie()) return;
    attempt(() => {
      document.cookie = `${COOKIE}=${value}; path=/; max-age=${seconds}; samesite=lax${domain}${secure}`;
    });
  }
}
