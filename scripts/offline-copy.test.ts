import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { markedBuild } from '../src/offline/build.ts';
import { belongsToCopy, markPages, SERVICE_WORKER, writeOfflineCopy } from './offline-copy.ts';

const page = (text: string) => `<!doctype html><html><head><meta charset="utf-8"><title>${text}</title></head></html>`;

let folder: string;
const write = (path: string, content: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
};
const read = (path: string) => readFileSync(join(folder, path), 'utf8');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'first-token-'));
  write('index.html', page('First'));
  write('figures/a/index.html', page('A'));
  write('results/a.json', '{}');
  write('models/a/model.safetensors', 'weights');
  write('_headers', '/*');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a build', () => {
  test('is marked on every page, among its first bytes', () => {
    const { version } = markPages(folder, '/');
    for (const path of ['index.html', 'figures/a/index.html'])
      expect(markedBuild(read(path).slice(0, 200))).toBe(version);
  });

  test('has the same version for the same files, and another when any of them changes', () => {
    const { version } = markPages(folder, '/');
    expect(markPages(folder, '/').version).toBe(version);
    for (const path of ['index.html', 'results/a.json', 'models/a/model.safetensors']) {
      const before = read(path);
      write(path, `${before}\n`);
      expect(markPages(folder, '/').version, path).not.toBe(version);
      write(path, before);
    }
    expect(markPages(folder, '/').version).toBe(version);
  });

  test('lists every file that a site serves, and takes pages and results into its copy', () => {
    const { files, whole, base } = markPages(folder, '/sub');
    expect(base).toBe('/sub/');
    expect(Object.keys(files)).toEqual([
      'figures/a/index.html',
      'index.html',
      'models/a/model.safetensors',
      'results/a.json',
    ]);
    expect(whole).toEqual(['figures/a/index.html', 'index.html', 'results/a.json']);
  });

  test('does not begin without a declared encoding', () => {
    write('broken/index.html', '<title>Broken</title>');
    expect(() => markPages(folder, '/')).toThrow(/^broken\/index\.html: it declares no encoding/);
  });

  test('has a service worker that knows it and imports nothing', async () => {
    const build = await writeOfflineCopy(folder, '/');
    const code = read(SERVICE_WORKER);
    expect(code).toContain(`"version":"${build.version}"`);
    expect(code).not.toMatch(/\bimport\s*[({"'*]|\bexport\s/);
    expect(Object.keys(build.files)).not.toContain(SERVICE_WORKER);
  });
});

test('the copy holds what reading needs, and nothing large', () => {
  const belongs = (path: string, bytes = 1000) => belongsToCopy(path, bytes);
  for (const path of [
    'index.html',
    'glossary/index.html',
    '_astro/a.css',
    'results/depth.json',
    'curves/depth.json',
    'estimates/depth.json',
    'figures/a/drawings/wide-0.svg',
    'favicon.svg',
  ])
    expect(belongs(path), path).toBe(true);
  for (const path of [
    '404.html',
    'figures/a/embed/index.html',
    'pieces/a/still/index.html',
    'results/runs/a.json',
    'models/a/a.bin',
    'corpora/a.gz',
    'share/a.png',
  ])
    expect(belongs(path), path).toBe(false);
  expect(belongs('_astro/tensorflow.js', 2e6)).toBe(false);
});
