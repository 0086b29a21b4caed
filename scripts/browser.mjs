/** Finds a Chromium to test in: the one named by CHROMIUM, the system's, Playwright's own, or one installed now. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './setup.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const MAC_PATHS = ['Chromium', 'Google Chrome'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);

function onPath() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

async function playwrights() {
  const { chromium } = await import('@playwright/test');
  const path = chromium.executablePath();
  return path && existsSync(path) ? path : undefined;
}

async function find() {
  return onPath() ?? MAC_PATHS.find((path) => existsSync(path)) ?? (await playwrights());
}

function install() {
  const isRoot = process.getuid?.() === 0;
  if (process.platform === 'linux' && isRoot && existsSync('/etc/debian_version')) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    run('apt-get', ['update', '-qq'], { env });
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env });
  } else {
    run('npx', ['playwright', 'install', 'chromium']);
  }
}

/** The path of a Chromium; ends the program with a word on what to do if there is none. */
export async function ensureChromium() {
  const named = process.env.CHROMIUM;
  if (named) {
    if (existsSync(named)) return named;
    console.error(`CHROMIUM names ${named}, which does not exist. Correct it, or unset it to use the system's.`);
    process.exit(1);
  }
  let path = await find();
  if (!path) {
    console.log('No Chromium found; installing one …');
    install();
    path = await find();
  }
  if (path) return path;
  console.error(
    'No Chromium could be found or installed. Install one and name it: CHROMIUM=/path/to/chromium npm test',
  );
  process.exit(1);
}
