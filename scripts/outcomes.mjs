/**
 * What test runners' reports say: how many tests passed, failed and were skipped, and which failed or passed only at a
 * second try. `npm test` prints the names at its end, so that they are found without reading the whole log.
 */
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/**
 * @typedef {object} Outcomes
 * @property {number} passed Passed, those that needed a second try included.
 * @property {number} failed
 * @property {number} skipped
 * @property {string[]} failures Where each failed test stands, what it is called, and how its error begins: "file › name: error".
 * @property {string[]} flaky The same, of tests that failed at first and passed when tried again.
 */

/** How many lines of an error tell what was wrong; the whole of it stands in the log. */
const TELLING_LINES = 4;

/** @type {(error: string | undefined) => string} The first lines of an error without their colours, as one. */
function beginning(error = '') {
  const lines = stripVTControlCharacters(error).split('\n');
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, TELLING_LINES)
    .join(' | ');
}

/**
 * Reads the report of vitest's `json` reporter.
 * @param {{numPassedTests: number, numFailedTests: number, numPendingTests: number, testResults: {name: string, status:
 *   string, message?: string, assertionResults: {fullName: string, status: string, failureMessages?: string[]}[]}[]}} report
 * @param {string} root Folder that files are named from.
 * @returns {Outcomes} A file that failed before its tests began (it does not compile, say) counts as one failure.
 */
export function vitestOutcomes(report, root) {
  const failures = [];
  let broken = 0;
  for (const file of report.testResults) {
    const name = relative(root, file.name);
    const failed = file.assertionResults.filter(({ status }) => status === 'failed');
    for (const { fullName, failureMessages } of failed)
      failures.push(`${name} › ${fullName}: ${beginning(failureMessages?.[0])}`);
    if (file.status === 'failed' && failed.length === 0) {
      broken += 1;
      failures.push(`${name} did not run: ${beginning(file.message)}`);
    }
  }
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken,
    skipped: report.numPendingTests,
    failures,
    flaky: [],
  };
}

/**
 * Reads the report of Playwright's `json` reporter.
 * @param {{stats: {expected: number, unexpected: number, flaky: number, skipped: number}, suites: PlaywrightSuite[]}} report
 * @typedef {{title: string, file?: string, suites?: PlaywrightSuite[], specs?: {title: string, tests: {status:
 *   string, results: {error?: {message?: string}}[]}[]}[]}} PlaywrightSuite
 * @returns {Outcomes}
 */
export function playwrightOutcomes({ stats, suites }) {
  /** @type {string[]} */
  const failures = [];
  /** @type {string[]} */
  const flaky = [];
  /** @type {(suite: PlaywrightSuite, path: string[]) => void} */
  const visit = (suite, path) => {
    const here = [...path, suite.title];
    for (const { title, tests } of suite.specs ?? [])
      for (const { status, results } of tests) {
        const error = results.find(({ error }) => error)?.error?.message;
        const line = `${[...here, title].join(' › ')}: ${beginning(error)}`;
        if (status === 'unexpected') failures.push(line);
        if (status === 'flaky') flaky.push(line);
      }
    for (const inner of suite.suites ?? []) visit(inner, here);
  };
  for (const suite of suites) visit(suite, []);
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected,
    skipped: stats.skipped,
    failures,
    flaky,
  };
}
