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
/** Of the slowest start of a browser and all the bits, on a machine with other work. */
const PATIENCE = 60_000;

const { version: _, ...expected } = golden;

let site: Site;
beforeAll(async () => {
  site = await startSite();
}, PATIENCE);
afterAll(() => site.close());

/** Opens the page and waits until it has reported all that it was asked for. */
async function reportsOf(browser: Browser, program: string): Promise<Report[]> {
  const reports: Report[] = [];
  let complete = () => {};
  const all = new Promise<void>((resolve) => {
    complete = resolve;
  });
  const url = site.address(CASES, (report) => {
    reports.push(report);
    if (reports.length === CASES.length) complete();
  });
  const { ended, close } = await openBrowser(browser, program, url);
  try {
    await Promise.race([
      all,
      ended.then((how) => Promise.reject(new Error(`${browser.name} ${how}`))),
      new Promise((_, reject) => {
        const message = `${browser.name} reported ${reports.length} of ${CASES.length} times in ${PATIENCE / 1000} s`;
        setTimeout(() => reject(new Error(message)), PATIENCE).unref();
      }),
    ]);
    return reports;
  } finally {
    close();
  }
}

for (const browser of BROWSERS) {
  const program = programOf(browser);
  const missing = program === null ? ` (missing: install ${browser.packages}, or name it by ${browser.variable})` : '';
  describe.skipIf(program === null)(`${browser.name}${missing}`, () => {
    let reports: Report[];
    beforeAll(async () => {
      reports = await reportsOf(browser, program!);
    }, PATIENCE + 10_000);

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
