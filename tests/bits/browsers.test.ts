/**
 * The same bits in Chromium, Firefox and WebKit as in Node, on the page's own thread and with Web Workers.
 * Node's are `bits.golden.json`, which a unit test holds to. A browser that is missing is skipped, and named.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import golden from '../../src/engine/kernels/bits.golden.json';
import { BROWSERS, type Browser, openBrowser, programOf } from './browsers.ts';
import { type Report, type Site, startSite, type Workers } from './site.ts';

const COUNTS: readonly Workers[] = ['0', '1', '2', '4'];
const CASES: readonly Workers[] = [...COUNTS, 'missing'];
/** Milliseconds in which a browser must have reported for the first time, and from then on for the last. */
const FIRST_REPORT = 30_000;
const LAST_REPORT = 120_000;

const { version: _, ...expected } = golden;

let site: Site;
beforeAll(async () => {
  site = await startSite();
}, LAST_REPORT);
afterAll(() => site.close());

/** Opens the page and waits until it has reported all that it was asked for. A browser that does not start gets a second try. */
async function reportsOf(browser: Browser, program: string): Promise<Report[]> {
  const reports = (await tryOnce(browser, program)) ?? (await tryOnce(browser, program));
  if (reports === null) throw new Error(`${browser.name} was opened twice and reported nothing in ${FIRST_REPORT} ms`);
  return reports;
}

/** The reports, or null if there was none in time. */
async function tryOnce(browser: Browser, program: string): Promise<Report[] | null> {
  const reports: Report[] = [];
  const first = signal();
  const last = signal();
  const url = site.address(CASES, (report) => {
    reports.push(report);
    first.give();
    if (reports.length === CASES.length) last.give();
  });
  const { ended, close } = await openBrowser(browser, program, url);
  const failed = ended.then((how) => Promise.reject(new Error(`${browser.name} ${how}`)));
  try {
    await Promise.race([first.given, after(FIRST_REPORT), failed]);
    if (reports.length === 0) return null;
    await Promise.race([last.given, after(LAST_REPORT), failed]);
    if (reports.length === CASES.length) return reports;
    const missing = CASES.filter((name) => reports.every(({ workers }) => workers !== name));
    throw new Error(`${browser.name} did not report on these workers in ${LAST_REPORT} ms: ${missing.join(', ')}`);
  } finally {
    close();
  }
}

function signal(): { given: Promise<void>; give: () => void } {
  let give = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}

for (const browser of BROWSERS) {
  const program = programOf(browser);
  const missing = program === null ? ` (missing: install ${browser.packages}, or name it by ${browser.variable})` : '';
  describe.skipIf(program === null)(`${browser.name}${missing}`, () => {
    let reports: Report[];
    beforeAll(
      async () => {
        reports = await reportsOf(browser, program!);
      },
      2 * FIRST_REPORT + LAST_REPORT + 5_000,
    );

    it('is the browser that it is meant to be', () => {
      for (const { userAgent } of reports) expect(userAgent).toMatch(browser.userAgent);
    });

    const reportOf = (name: Workers) => reports.find(({ workers }) => workers === name)!;

    it.each(COUNTS)('gives the bits of Node with %s workers', (count) => {
      const { error, bits } = reportOf(count);
      expect(error).toBeUndefined();
      expect(bits).toEqual(expected);
    });

    it('says so when a worker cannot be loaded', () => {
      expect(reportOf('missing').error).toMatch(/^WorkerError: .*its script could not be loaded/);
    });
  });
}
