/**
 * Honest runs verified in Chromium, Firefox and WebKit, by the code of the site's own pages, whole and from a checkpoint:
 * every fingerprint that Node published comes out again. A browser that is missing is skipped, and named.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Choice, findRun, runsOf } from '../../src/components/verify/runs.ts';
import { servedCheckpoints, servedTokenizer, siteFacts } from '../../src/components/verify/site-facts.ts';
import { readExperiment, readIndex } from '../../src/results/load.ts';
import type { Run } from '../../src/results/schema.ts';
import type { Stretch } from '../../src/results/stretch.ts';
import { BROWSERS, type Browser, openBrowser, programOf } from './browsers.ts';
import { type Site, startSite, type VerificationReport } from './site.ts';

/** Milliseconds for a browser to start and train what costs least. */
const LIMIT = 180_000;

let site: Site;
beforeAll(async () => {
  site = await startSite();
}, LIMIT);
afterAll(() => site.close());

interface Task {
  choice: Choice;
  run: Run;
  stretch: Stretch;
}

const text = (file: string) => readFileSync(`public/results/${file}`, 'utf8');
const results = readIndex(text('index.json'), 'index.json').experiments.map(({ file }) =>
  readExperiment(text(file), file),
);
const lists = results.map((result) => runsOf(result, servedTokenizer, servedCheckpoints));

/** The run of which a stretch takes least time, with that stretch. */
function cheapest(stretchOf: (run: Run) => Stretch | null): Task {
  const tasks = results
    .flatMap(({ runs }) => runs)
    .flatMap((run) => {
      const stretch = stretchOf(run);
      if (stretch === null) return [];
      const { seconds } = run.execution;
      return [{ run, stretch, cost: (seconds * (stretch.to - stretch.from)) / run.specification.training.steps }];
    });
  const { run, stretch } = tasks.reduce((best, next) => (next.cost < best.cost ? next : best));
  return { run, stretch, choice: findRun(lists, run.id, null)! };
}

const whole = cheapest(({ specification }) => ({ from: 0, to: specification.training.steps }));
const resumed = cheapest(({ id, specification }) => {
  const [checkpoint] = servedCheckpoints(id);
  return checkpoint ? { from: checkpoint.step, to: checkpoint.step + specification.evaluation.every } : null;
});

async function verified(browser: Browser, { choice, stretch }: Task): Promise<VerificationReport> {
  const { experiment, group } = choice;
  // Only what the page needs: the whole list would make an address of many kilobytes.
  const order = {
    site: siteFacts(),
    choice: { ...choice, group: { ...group, runs: [] }, experiment: { ...experiment, groups: [] } },
    stretch,
  };
  let close = () => {};
  try {
    return await new Promise<VerificationReport>((resolve, reject) => {
      const address = site.verification(order, resolve);
      openBrowser(browser, programOf(browser)!, address).then((opened) => {
        close = opened.close;
        void opened.ended.then((how) => reject(new Error(`${browser.name} ${how}`)));
      }, reject);
    });
  } finally {
    close();
  }
}

for (const browser of BROWSERS) {
  const program = programOf(browser);
  const missing = program === null ? ` (missing: install ${browser.packages}, or name it by ${browser.variable})` : '';
  describe.skipIf(program === null)(`${browser.name}${missing}`, () => {
    it.each([
      ['a published run', 'verified', whole],
      ['a stretch from a published checkpoint', 'verified in part', resumed],
    ])(
      'trains %s to the same fingerprints',
      async (_what, outcome, task) => {
        const { run, stretch } = task;
        const report = await verified(browser, task);
        expect(report.userAgent).toMatch(browser.userAgent);
        expect(report.problem).toBeNull();
        expect(report.receipt).toMatchObject({ outcome, run: run.id, difference: null });
        expect(report.receipt!.fingerprints).toEqual(
          run.evaluations
            .filter(({ step }) => step >= stretch.from && step <= stretch.to)
            .map(({ step, fingerprint }) => ({ step, fingerprint })),
        );
        expect(report.receipt!.checks.filter(({ same }) => !same)).toEqual([]);
      },
      LIMIT,
    );
  });
}
