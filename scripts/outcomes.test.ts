/** The end of `npm test` names what failed: from reports as the two runners write them. */
import { expect, test } from 'vitest';
import { playwrightOutcomes, vitestOutcomes } from './outcomes.mjs';

test("names vitest's failed tests from the project's folder, and a file that could not run", () => {
  const file = (name: string, status: string, tests: [string, string][], message = '') => ({
    name,
    status,
    message,
    assertionResults: tests.map(([fullName, status]) => ({
      fullName,
      status,
      ...(status === 'failed' && { failureMessages: ['AssertionError: expected 0 to be 1\n\n    at rank.test.ts:3'] }),
    })),
  });
  const outcomes = vitestOutcomes(
    {
      numPassedTests: 2,
      numFailedTests: 1,
      numPendingTests: 1,
      testResults: [
        file('/project/src/rank.test.ts', 'failed', [
          ['effective rank is at least one', 'passed'],
          ['effective rank of a matrix of one row', 'failed'],
          ['effective rank on a phone', 'pending'],
        ]),
        file('/project/src/text.test.ts', 'passed', [['reads', 'passed']]),
        file('/project/src/loss.test.ts', 'failed', [], "Cannot find module './los'\n  at import"),
      ],
    },
    '/project',
  );
  expect(outcomes).toEqual({
    passed: 2,
    failed: 2,
    skipped: 1,
    failures: [
      'src/rank.test.ts › effective rank of a matrix of one row: AssertionError: expected 0 to be 1 | at rank.test.ts:3',
      "src/loss.test.ts did not run: Cannot find module './los' | at import",
    ],
    flaky: [],
  });
});

test("names Playwright's failed and flaky tests by file, group and title", () => {
  const spec = (title: string, status: string) => ({
    title,
    tests: [
      { status, results: status === 'expected' ? [{}] : [{ error: { message: '\u001b[31mnot seen\u001b[39m' } }, {}] },
    ],
  });
  expect(
    playwrightOutcomes({
      stats: { expected: 1, unexpected: 1, flaky: 1, skipped: 0 },
      suites: [
        {
          title: 'site.spec.ts',
          specs: [spec('has a title', 'expected'), spec('fits a phone', 'flaky')],
          suites: [{ title: 'without JavaScript', specs: [spec('reads well', 'unexpected')] }],
        },
      ],
    }),
  ).toEqual({
    passed: 2,
    failed: 1,
    skipped: 0,
    failures: ['site.spec.ts › without JavaScript › reads well: not seen'],
    flaky: ['site.spec.ts › fits a phone: not seen'],
  });
});
