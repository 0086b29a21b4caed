import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { checkFiles, chosenFiles, type FileSource, type Finding } from './check.ts';

const text = (content: string) => new TextEncoder().encode(content);
const hash = (content: string) => createHash('sha256').update(content).digest('hex');
const listed = (path: string, content: string) => ({ path, bytes: content.length, sha256: hash(content) });

async function findings(source: FileSource): Promise<Finding[]> {
  const found: Finding[] = [];
  const files = [listed('results/a.json', 'one'), listed('models/b/c.bin', 'two')];
  for await (const finding of checkFiles(files, source)) found.push(finding);
  return found;
}

describe('checking files', () => {
  test('finds the same bytes', async () => {
    const contents: Record<string, string> = { 'results/a.json': 'one', 'models/b/c.bin': 'two' };
    const source = {
      read: async (path: string) => ({ bytes: text(contents[path]!), kept: path.startsWith('models') }),
    };
    expect(await findings(source)).toEqual([
      { path: 'results/a.json', outcome: 'same', kept: false },
      { path: 'models/b/c.bin', outcome: 'same', kept: true },
    ]);
  });

  test('finds one changed letter, with both hashes, and goes on', async () => {
    const source = {
      read: async (path: string) => ({ bytes: text(path.endsWith('json') ? 'ona' : 'two'), kept: false }),
    };
    expect(await findings(source)).toEqual([
      { path: 'results/a.json', outcome: 'other', found: hash('ona'), listed: hash('one') },
      { path: 'models/b/c.bin', outcome: 'same', kept: false },
    ]);
  });

  test('tells what is missing from what cannot be reached', async () => {
    const source: FileSource = {
      read: async (path) => {
        if (path.endsWith('json')) return null;
        throw new Error('no network');
      },
    };
    expect(await findings(source)).toEqual([
      { path: 'results/a.json', outcome: 'missing' },
      { path: 'models/b/c.bin', outcome: 'unreachable', reason: 'no network' },
    ]);
  });

  test('takes a packed file as it is, or as a server unpacked it', async () => {
    const file = { ...listed('a.gz', 'packed'), unpackedSha256: hash('content') };
    for (const [content, outcome] of [
      ['packed', 'same'],
      ['content', 'same'],
      ['other', 'other'],
    ] as const) {
      const source = { read: async () => ({ bytes: text(content), kept: false }) };
      for await (const finding of checkFiles([file], source)) expect(finding.outcome).toBe(outcome);
    }
  });

  test('has few files on their way at a time, and gives all in order', async () => {
    let [underway, most] = [0, 0];
    const source: FileSource = {
      async read(path) {
        most = Math.max(most, ++underway);
        await new Promise((resolve) => setTimeout(resolve, path.endsWith('3') ? 9 : 1));
        underway--;
        return { bytes: text(path), kept: false };
      },
    };
    const paths = Array.from({ length: 20 }, (_, i) => `file-${i}`);
    const given: string[] = [];
    for await (const { path } of checkFiles(
      paths.map((path) => listed(path, path)),
      source,
    ))
      given.push(path);
    expect(given).toEqual(paths);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(6);
  });

  test('reads a folder of the reader, whatever stands above it; the nearest of two counts', async () => {
    const file = (path: string, content: string) =>
      Object.assign(new File([content], path.split('/').at(-1)!), { webkitRelativePath: path });
    const source = chosenFiles([
      file('copy/backup/public/results/a.json', 'old'),
      file('copy/public/results/a.json', 'one'),
      file('copy/public/other-results/a.json', 'no'),
    ]);
    expect((await findings(source)).map(({ outcome }) => outcome)).toEqual(['same', 'missing']);
  });
});
