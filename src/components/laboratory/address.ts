/** The laboratory's settings in its address: what differs from the default, checked and of limited size. */
import { type AddressForm, excerpt, type Read, readSettings, writeSettings } from '../lab/state.ts';
import { LAB_DEFAULTS, LAB_KNOBS, type LabSettings } from './knobs.ts';

const VERSION_KEY = 'lab';
const FORM: AddressForm<LabSettings> = { knobs: LAB_KNOBS, versionKey: VERSION_KEY, version: 1 };

/** Characters that a query may have: every knob, turned, takes a third of them. */
export const LONGEST_QUERY = 2000;

const KEYS = new Set([VERSION_KEY, ...Object.values(LAB_KNOBS).map(({ key }) => key)]);

/**
 * The settings that the page's address asks for; it never throws. What cannot be used is complained of: a value that a
 * knob does not take, a knob that there is not, an address too long to be one of ours.
 */
export function readLabAddress(query: string): Read<LabSettings> {
  if (query.length > LONGEST_QUERY) {
    const complaint = `This address has ${query.length} characters of settings, no link of this page has more than ${LONGEST_QUERY}; using none of them`;
    return { settings: LAB_DEFAULTS, complaints: [complaint] };
  }
  const { settings, complaints } = readSettings(FORM, query, LAB_DEFAULTS);
  const unknown = [...new Set(new URLSearchParams(query).keys())].filter((key) => !KEYS.has(key));
  return {
    settings,
    complaints: [...complaints, ...unknown.map((key) => `${excerpt(key)} is no knob; it is left out`)],
  };
}

/** The query of these settings, `?lab=1&layers=4`; `?` alone where nothing differs, since an empty link leads nowhere. */
export function labAddress(settings: LabSettings): string {
  return writeSettings(FORM, settings, LAB_DEFAULTS) || '?';
}

/** Whether an address says anything of settings. */
export function asksForSettings(query: string): boolean {
  return query !== '' && query !== '?';
}
