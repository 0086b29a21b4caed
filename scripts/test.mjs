/**
 * `npm test`: sets up, a browser included, and runs everything: types, lint, unit tests, a production build with its
 * size budget, end-to-end tests in Chromium, and the engine's bits in every browser. Goes on after a failure, so that one
 * run shows all of them; the end names them again, and the last line counts.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium, ensureFirefox, ensureWebkit } from './browser.mjs';
import { playwrightOutcomes, vitestOutcomes } from './outcomes.mjs';
import { root, run, setUp } from './setup.mjs';

/** What properties' examples are drawn from here: see tests/support/property-seed.ts. */
const PROPERTY_SEED = process.env['PROPERTY_SEED'] ?? '250402732';

/** When the part that is running began, so that the log tells where a run's time goes. */
let begun = Date.now();

setUp();
const chromium = await ensureChromium();
ensureFirefox();
ensureWebkit();
const reports = mkdtempSync(join(tmpdir(), 'first-token-'));

/** Checks that pass or fail as a whole count as one test each. */
const total = { passed: 0, failed: 0, skipped: 0 };
/** What failed, and what passed only when tried again, each under the part of this run that it stands in. */
const failures = [];
const flaky = [];

function heading(name) {
  const seconds = Math.round((Date.now() - begun) / 1000);
  begun = Date.now();
  console.log(`\nThat took ${Math.floor(seconds / 60)} min ${seconds % 60} s.`);
  console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 76 - name.length))}`);
}

function check(name, script) {
  heading(name);
  const passed = run('npm', ['run', '--silent', ...script]) === 0;
  total[passed ? 'passed' : 'failed'] += 1;
  if (!passed) failures.push(name);
  return passed;
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Adds what a test runner reported; one that fails without a failed test (it could not start) counts as one. */
function addOutcomes(name, status, outcomes = { passed: 0, failed: 0, skipped: 0, failures: [], flaky: [] }) {
  total.passed += outcomes.passed;
  total.skipped += outcomes.skipped;
  failures.push(...outcomes.failures);
  flaky.push(...outcomes.flaky);
  total.failed += outcomes.failed;
  if (status === 0 || outcomes.failed > 0) return;
  total.failed += 1;
  failures.push(`${name} › ended with exit code ${status}, see above`);
}

/** Runs tests of vitest's by the name of their script, and counts each. */
function vitest(name, script, reporter = 'default') {
  heading(name);
  const file = join(reports, `${script.replace(':', '-')}.json`);
  const options = [`--reporter=${reporter}`, '--reporter=json', `--outputFile.json=${file}`];
  const status = run('npm', ['run', '--silent', script, '--', ...options], {
    env: { CHROMIUM: chromium, PROPERTY_SEED },
  });
  const report = readReport(file);
  addOutcomes(name, status, report && vitestOutcomes(report, root));
}

/** Runs those of the end-to-end tests that options choose, and counts each. */
function endToEnd(name, ...options) {
  heading(name);
  const file = join(reports, `${name.toLowerCase().replaceAll(' ', '-')}.json`);
  const status = run('npm', ['run', '--silent', 'test:e2e', '--', '--reporter=list,json', ...options], {
    env: { CHROMIUM: chromium, PLAYWRIGHT_JSON_OUTPUT_FILE: file },
  });
  const report = readReport(file);
  addOutcomes(name, status, report && playwrightOutcomes(report));
}

check('Types', ['check']);
check('Lint and format', ['lint']);

vitest('Unit tests', 'test:unit');

if (check('Production build', ['build'])) {
  check('Size budget', ['size']);
  endToEnd('End-to-end tests', '--grep-invert', '@alone');
  // What measures time has the machine to itself.
  endToEnd('Speed of the first view', '--grep', '@alone');
} else {
  console.log('The build failed, so the size budget and the end-to-end tests could not run.');
}

vitest('Same bits in every browser', 'test:bits', 'verbose'); // names what is skipped

heading('Summary');
rmSync(reports, { recursive: true, force: true });
for (const [what, names] of Object.entries({ Failed: failures, 'Passed at a second try': flaky }))
  if (names.length > 0) console.log(`\n${what}:\n${names.map((name) => `  ${name}`).join('\n')}`);
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed === 0 ? 0 : 1;
