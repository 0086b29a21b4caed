/** Opens a page in a real browser: the page itself says what came out, so no browser needs a driver. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';

export interface Browser {
  name: string;
  /** The variable that names its program, where it is not found by itself. */
  variable: string;
  /** Debian's packages. */
  packages: string;
  /** What it calls itself. */
  userAgent: RegExp;
  /** Its program, or null where there is none. */
  find(): string | null;
  /** Opens a page; what comes back closes the browser. `folder` is its own, for a profile. */
  open(program: string, url: string, folder: string): Promise<OpenBrowser>;
}

export interface OpenBrowser {
  /** Resolves with the last of what it wrote, when it has ended without being closed. */
  ended: Promise<string>;
  close(): void;
}

export const BROWSERS: readonly Browser[] = [
  {
    name: 'Chromium',
    variable: 'CHROMIUM',
    packages: 'chromium',
    userAgent: /Chrome\//,
    find: () => onPath('chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'),
    open: async (program, url, folder) =>
      start(program, [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
        `--user-data-dir=${folder}`,
        url,
      ]),
  },
  {
    name: 'Firefox',
    variable: 'FIREFOX',
    packages: 'firefox-esr',
    userAgent: /\bFirefox\//,
    find: () => onPath('firefox-esr', 'firefox'),
    open: async (program, url, folder) => {
      writeFileSync(join(folder, 'user.js'), FIREFOX_PREFERENCES);
      return start(program, ['--headless', '--no-remote', '--profile', folder, url], { HOME: folder });
    },
  },
  {
    name: 'WebKit',
    variable: 'WEBKIT',
    packages: 'webkit2gtk-driver xvfb',
    userAgent: /\bVersion\/\S+ Safari\//,
    find: () => (onPath('Xvfb') === null ? null : miniBrowser()),
    open: async (program, url, folder) => {
      const { display, close } = await startDisplay();
      const home = { HOME: folder, XDG_CACHE_HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
      const browser = start(program, [url], {
        ...home,
        DISPLAY: display,
        GDK_BACKEND: 'x11',
        NO_AT_BRIDGE: '1',
        WEBKIT_DISABLE_DMABUF_RENDERER: '1',
        WEBKIT_DISABLE_COMPOSITING_MODE: '1',
      });
      return {
        ended: browser.ended,
        close: () => {
          browser.close();
          close();
        },
      };
    },
  },
];

/** A first start asks nothing and fetches nothing. */
const FIREFOX_PREFERENCES = Object.entries({
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.safebrowsing.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
  'toolkit.telemetry.enabled': false,
})
  .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
  .join('');

/**
 * The program of a browser, by its variable or where it usually is; null where there is none.
 * @throws when the variable names a program that does not exist
 */
export function programOf({ variable, find }: Browser): string | null {
  const named = process.env[variable];
  if (!named) return find();
  if (!existsSync(named)) throw new Error(`${variable} names ${named}, which does not exist; correct it, or unset it`);
  return named;
}

/** Opens a page in a browser with a profile of its own, which goes when it is closed. */
export async function openBrowser(browser: Browser, program: string, url: string): Promise<OpenBrowser> {
  const folder = mkdtempSync(join(tmpdir(), `first-token-${browser.name.toLowerCase()}-`));
  const { ended, close } = await browser.open(program, url, folder);
  return {
    ended,
    close: () => {
      close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function onPath(...names: string[]): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path)) ?? null;
}

/** WebKitGTK's small browser; Debian keeps it beside the library, by its interface's version. */
function miniBrowser(): string | null {
  for (const architecture of existsSync('/usr/lib') ? readdirSync('/usr/lib') : []) {
    for (const library of ['webkit2gtk-4.1', 'webkit2gtk-4.0', 'webkitgtk-6.0']) {
      const path = join('/usr/lib', architecture, library, 'MiniBrowser');
      if (existsSync(path)) return path;
    }
  }
  return null;
}

/** Starts a program in a process group of its own, so that what it starts ends with it. */
function start(program: string, args: readonly string[], environment: Record<string, string> = {}): OpenBrowser {
  const env = { ...process.env, ...environment };
  const child = spawn(program, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let written = '';
  const collect = (part: Buffer) => {
    written = (written + part.toString()).slice(-2000);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => resolve(`ended with ${signal ?? code}\n${written}`));
  });
  return { ended, close: () => endGroup(child) };
}

function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** A screen that nobody sees; the server chooses a free number and writes it to the fourth stream. */
async function startDisplay(): Promise<{ display: string; close(): void }> {
  const args = ['-displayfd', '3', '-nolisten', 'tcp', '-screen', '0', '1024x768x24'];
  const child = spawn('Xvfb', args, { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const number = await new Promise<string>((resolve, reject) => {
    (child.stdio[3] as Readable).once('data', (part: Buffer) => resolve(part.toString().trim()));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
  });
  return { display: `:${number}`, close: () => endGroup(child) };
}
