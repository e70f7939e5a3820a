/** What the page's owner decides; everything but the key has a default. */

export type Consent = 'on' | 'off' | 'pending';

export interface Settings {
  /** The write key of a source. */
  key: string;
  /** Where Catchment answers, as `https://data.example.com`; by default where `t.js` came from. */
  host: string;
  /** `on`: until told otherwise. `required`: nothing is stored or sent before `consent('on')`. */
  consent: 'on' | 'required' | 'off';
  /** Page views on load, on history changes and on coming back. */
  autoPage: boolean;
  /** Treat Do Not Track and Global Privacy Control as `consent('off')`. */
  respectPrivacySignals: boolean;
  /** How long events may wait for company, in milliseconds. */
  flushAfter: number;
  /** For one anonymous id over several subdomains, as `.example.com`. */
  cookieDomain: string;
  /** Say in the browser's console what was swallowed. */
  debug: boolean;
}

export const defaults: Settings = {
  key: '',
  host: '',
  consent: 'on',
  autoPage: true,
  respectPrivacySignals: false,
  flushAfter: 1000,
  cookieDomain: '',
  debug: false,
};
