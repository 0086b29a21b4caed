import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { syntheticResults } from '../../../tests/figures/synthetic-results.ts';
import { FIGURES, figureById } from '../figures/index.ts';
import { KEPT_FOLDER, keptRecords } from './kept-records.ts';
import { recordOf } from './record.ts';

const record = recordOf(figureById('emergence'), syntheticResults());

test('every version that was ever published can be read, and belongs to a figure that has pages', () => {
  const kept = existsSync(KEPT_FOLDER) ? readdirSync(KEPT_FOLDER) : [];
  const known = FIGURES.map(({ id }) => id);
  for (const figure of kept) {
    // A figure that was renamed would take the addresses of its cited versions with it.
    expect(known).toContain(figure);
    expect(keptRecords(figure).length).toBeGreaterThan(0);
  }
});

test('a kept version is read from its own file, and one under another version’s name is refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'first-token-kept-'));
  try {
    const own = join(folder, record.figure);
    mkdirSync(own);
    const keep = (name: string) =>
      writeFileSync(join(own, `${name}.json`), JSON.stringify({ ...record, published: '2030-01-01T00:00:00.000Z' }));
    keep(record.version);
    expect(keptRecords(record.figure, folder).map(({ version }) => version)).toEqual([record.version]);
    expect(keptRecords('none-of-these', folder)).toEqual([]);
    keep('0123456789');
    expect(() => keptRecords(record.figure, folder)).toThrow(`it holds version ${record.version} of emergence`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
