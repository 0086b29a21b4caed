/**
 * An honest run verified whole in Chromium, Firefox and WebKit, by the code of the site's own pages: every fingerprint
 * that Node published comes out again. A browser that is missing is skipped, and named.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Choice, findRun, runsOf } from '../../src/components/verify/runs.ts';
import { servedTokenizer, siteFacts } from '../../src/components/verify/site-facts.ts';
import { readExperiment, readIndex } from '../../src/results/load.ts';
import type { Run } from '../../src/results/schema.ts';
import { BROWSERS, openBrowser, programOf } from './browsers.ts';
import { type Site, startSite, type VerificationReport } from './site.ts';

/** Milliseconds for a browser to start and train the cheapest run. */
const LIMIT = 180_000;

let site: Site;
beforeAll(async () => {
  site = await startSite();
}, LIMIT);
afterAll(() => site.close());

/** The published run that took least time. */
function cheapest(): { choice: Choice; run: Run } {
  const text = (file: string) => readFileSync(`public/results/${file}`, 'utf8');
  const results = readIndex(text('index.json'), 'index.json').experiments.map(({ file }) =>
    readExperiment(text(file), file),
  );
  const runs = results.flatMap((result) => result.runs);
  const run = runs.reduce((best, next) => (next.execution.seconds < best.execution.seconds ? next : best));
  const lists = results.map((result) => runsOf(result, servedTokenizer));
  return { run, choice: findRun(lists, run.id, null)! };
}

for (const browser of BROWSERS) {
  const program = programOf(browser);
  const missing = program === null ? ` (missing: install ${browser.packages}, or name it by ${browser.variable})` : '';
  it.skipIf(program === null)(
    `${browser.name}${missing} trains a published run to the same fingerprints`,
    async () => {
      const { run, choice } = cheapest();
      const { experiment, group } = choice;
      // Only what the page needs: the whole list would make an address of many kilobytes.
      const order = {
        site: siteFacts(),
        choice: { ...choice, group: { ...group, runs: [] }, experiment: { ...experiment, groups: [] } },
      };
      let close = () => {};
      try {
        const report = await new Promise<VerificationReport>((resolve, reject) => {
          const address = site.verification(order, resolve);
          openBrowser(browser, program!, address).then((opened) => {
            close = opened.close;
            void opened.ended.then((how) => reject(new Error(`${browser.name} ${how}`)));
          }, reject);
        });
        expect(report.userAgent).toMatch(browser.userAgent);
        expect(report.problem).toBeNull();
        expect(report.receipt).toMatchObject({ outcome: 'verified', run: run.id, difference: null });
        expect(report.receipt!.fingerprints).toEqual(
          run.evaluations.map(({ step, fingerprint }) => ({ step, fingerprint })),
        );
        expect(report.receipt!.checks.filter(({ same }) => !same)).toEqual([]);
      } finally {
        close();
      }
    },
    LIMIT,
  );
}
