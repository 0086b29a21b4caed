/**
 * Finds a Chromium to test in: the one named by CHROMIUM, the system's, Playwright's own, or one installed now.
 * Firefox and WebKit are asked for the engine's bits alone: CI installs them, elsewhere they are skipped where missing.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './setup.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const MAC_PATHS = ['Chromium', 'Google Chrome'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);

function onPath(names) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

async function playwrights() {
  const { chromium } = await import('@playwright/test');
  const path = chromium.executablePath();
  return path && existsSync(path) ? path : undefined;
}

async function find() {
  return onPath(NAMES) ?? MAC_PATHS.find((path) => existsSync(path)) ?? (await playwrights());
}

function canUseApt() {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/etc/debian_version');
}

function installWithApt(packages) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-qq'], { env });
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
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
    if (canUseApt()) installWithApt(['chromium']);
    else run('npx', ['playwright', 'install', 'chromium']);
    path = await find();
  }
  if (path) return path;
  console.error(
    'No Chromium could be found or installed. Install one and name it: CHROMIUM=/path/to/chromium npm test',
  );
  process.exit(1);
}

/** In CI, installs Firefox where there is none. */
export function ensureFirefox() {
  const present = process.env.FIREFOX || onPath(['firefox-esr', 'firefox']);
  if (!present && process.env.CI && canUseApt()) installWithApt(['firefox-esr']);
}

/** In CI, installs WebKitGTK's small browser and a screen for it where they are missing. */
export function ensureWebkit() {
  const present = (process.env.WEBKIT || onPath(['WebKitWebDriver'])) && onPath(['Xvfb']);
  if (!present && process.env.CI && canUseApt()) installWithApt(['webkit2gtk-driver', 'xvfb']);
}
