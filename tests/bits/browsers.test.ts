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
/** Milliseconds in which a browser must have reported for the first time, and then for the last. */
const FIRST_REPORT = 15_000;
const LAST_REPORT = 25_000;
/** WebKit's small browser sometimes stops at its start, or when workers start; then it is opened again. */
const ATTEMPTS = 4;

const { version: _, ...expected } = golden;

let site: Site;
beforeAll(async () => {
  site = await startSite();
}, LAST_REPORT);
afterAll(() => site.close());

/** What the page says in a browser, which is opened again if it says nothing at all. */
async function reportsOf(browser: Browser, program: string): Promise<Report[]> {
  for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
    const reports = await tryOnce(browser, program);
    if (reports.length === CASES.length) return reports;
  }
  const reports = await tryOnce(browser, program);
  if (reports.length === CASES.length) return reports;
  throw new Error(
    `${browser.name} reported ${reports.length} of ${CASES.length} times, at the last of ${ATTEMPTS} attempts`,
  );
}

/** Opens the page and waits until it has reported all that it was asked for, or for as long as it may take. */
async function tryOnce(browser: Browser, program: string): Promise<Report[]> {
  const reports: Report[] = [];
  let reported = () => {};
  const first = new Promise<void>((resolve) => {
    reported = resolve;
  });
  let complete = () => {};
  const all = new Promise<void>((resolve) => {
    complete = resolve;
  });
  const url = site.address(CASES, (report) => {
    reports.push(report);
    reported();
    if (reports.length === CASES.length) complete();
  });
  const { ended, close } = await openBrowser(browser, program, url);
  const failed = ended.then((how) => Promise.reject(new Error(`${browser.name} ${how}`)));
  try {
    await Promise.race([first, after(FIRST_REPORT), failed]);
    if (reports.length > 0) await Promise.race([all, after(LAST_REPORT), failed]);
    return [...reports];
  } finally {
    close();
  }
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
      ATTEMPTS * FIRST_REPORT + LAST_REPORT + 10_000,
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
