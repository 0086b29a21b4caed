/**
 * `npm test`: sets up, a browser included, and runs everything: types, lint, unit tests, a production build with its
 * size budget, end-to-end tests in Chromium. Goes on after a failure, so that one run shows all of them; the last line counts.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium } from './browser.mjs';
import { run, setUp } from './setup.mjs';

setUp();
const chromium = await ensureChromium();
const reports = mkdtempSync(join(tmpdir(), 'first-token-'));
const unitReport = join(reports, 'unit.json');
const endToEndReport = join(reports, 'end-to-end.json');

/** Checks that pass or fail as a whole count as one test each. */
const total = { passed: 0, failed: 0, skipped: 0 };

function heading(name) {
  console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 76 - name.length))}`);
}

function check(name, script) {
  heading(name);
  const passed = run('npm', ['run', '--silent', ...script]) === 0;
  total[passed ? 'passed' : 'failed'] += 1;
  return passed;
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Adds what a test runner counted; a runner that fails without a failed test (it could not start) counts as one. */
function addCounts(status, counts) {
  const failed = counts?.failed ?? 0;
  total.passed += counts?.passed ?? 0;
  total.skipped += counts?.skipped ?? 0;
  total.failed += status !== 0 && failed === 0 ? 1 : failed;
}

check('Types', ['check']);
check('Lint and format', ['lint']);

heading('Unit tests');
const unitStatus = run('npm', [
  'run',
  '--silent',
  'test:unit',
  '--',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${unitReport}`,
]);
const unit = readReport(unitReport);
addCounts(
  unitStatus,
  unit && { passed: unit.numPassedTests, failed: unit.numFailedTests, skipped: unit.numPendingTests },
);

if (check('Production build', ['build'])) {
  check('Size budget', ['size']);
  heading('End-to-end tests');
  const status = run('npm', ['run', '--silent', 'test:e2e', '--', '--reporter=list,json'], {
    env: { CHROMIUM: chromium, PLAYWRIGHT_JSON_OUTPUT_FILE: endToEndReport },
  });
  const stats = readReport(endToEndReport)?.stats;
  addCounts(
    status,
    stats && { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped },
  );
} else {
  console.log('The build failed, so the size budget and the end-to-end tests could not run.');
}

rmSync(reports, { recursive: true, force: true });
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed === 0 ? 0 : 1;
