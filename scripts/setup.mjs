/**
 * What every command needs first: a Node.js that is new enough, and the dependencies of package-lock.json.
 * Plain JavaScript without imports from npm, since it runs before anything is installed.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const OLDEST_NODE = [20, 19];

/** Runs a program in the project's folder with this terminal; returns its exit status. */
export function run(command, args, { env = {} } = {}) {
  const { status, error, signal } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1', ...env },
    shell: process.platform === 'win32',
  });
  if (error) {
    console.error(`Could not start ${command}: ${error.message}`);
    return 1;
  }
  return status ?? (signal === 'SIGINT' ? 130 : 1);
}

/** Runs a program and ends this one with its status if it fails. */
export function runOrExit(command, args, options) {
  const status = run(command, args, options);
  if (status !== 0) process.exit(status);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  console.error(`First Token needs Node.js ${OLDEST_NODE.join('.')} or later; this is ${process.versions.node}.`);
  console.error('Install a current one from https://nodejs.org and run the command again.');
  process.exit(1);
}

/** Installs the dependencies, unless those of the present package-lock.json are there already. */
export function setUp() {
  checkNode();
  const stamp = `${root}/node_modules/.installed-lock`;
  const lock = createHash('sha256')
    .update(readFileSync(`${root}/package-lock.json`))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log('Installing dependencies …');
  runOrExit('npm', ['ci', '--no-audit', '--no-fund', '--loglevel', 'error']);
  writeFileSync(stamp, lock);
}
