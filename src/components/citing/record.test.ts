import { describe, expect, test } from 'vitest';
import { syntheticResults } from '../../../tests/figures/synthetic-results.ts';
import { figureById } from '../figures/index.ts';
import { changesBetween } from './changes.ts';
import { contentOf, FILE_NAMES } from './files.ts';
import { drawingAt, type FigureRecord, readRecord, recordOf } from './record.ts';
import { traceTable } from './sources.ts';

const figure = figureById('emergence');
const data = syntheticResults();
const record = recordOf(figure, data);

describe('a version', () => {
  test('depends on data and drawing alone', () => {
    expect(recordOf(figure, structuredClone(data)).version).toBe(record.version);
    const reworded = { ...figure, question: 'Otherwise?', caption: () => 'Otherwise.' };
    expect(recordOf(reworded, data).version).toBe(record.version);
    const later = structuredClone(data);
    later.runs[0]!.execution.finishedAt = '2031-01-01T00:00:00.000Z';
    expect(recordOf(figure, later).version).toBe(record.version);
  });

  test('changes with a number, a run or a mark', () => {
    const number = structuredClone(data);
    number.groups[0]!.series.at(-1)!.measures['validationLoss']!.mean += 0.001;
    const run = structuredClone(data);
    run.runs[0]!.evaluations.at(-1)!.fingerprint = 'f'.repeat(64);
    const mark = { ...figure, grid: () => ({ gutter: 60 }) };
    const versions = [recordOf(figure, number), recordOf(figure, run), recordOf(mark, data), record];
    expect(new Set(versions.map(({ version }) => version)).size).toBe(4);
  });

  test('is read as it was kept, and refused when a number or the drawing was altered', () => {
    const text = JSON.stringify(record);
    expect(readRecord(text, 'kept.json')).toEqual(record);
    const altered: FigureRecord = structuredClone(record);
    altered.table.rows[0]![2] = 0.5;
    expect(() => readRecord(JSON.stringify(altered), 'kept.json')).toThrow(/kept\.json: its data .* not /);
    const redrawn = { ...record, drawing: record.drawing.replace('<svg', '<svg data-altered="1"') };
    expect(() => readRecord(JSON.stringify(redrawn), 'kept.json')).toThrow(/kept\.json: its data/);
    expect(() => readRecord(text.slice(0, 400), 'kept.json')).toThrow('kept.json: not JSON');
    expect(() => readRecord('{"schemaVersion": 1}', 'kept.json')).toThrow(/kept\.json: at figure/);
  });

  test('stays small: what was drawn, not the runs', () => {
    expect(JSON.stringify(record).length).toBeLessThan(JSON.stringify(data).length + record.drawing.length);
    expect(JSON.stringify(record)).not.toContain('headFirstAttention');
  });

  test('has its address under the drawing, as text', () => {
    expect(drawingAt(record, 'https://example.org/a?b&c')).toContain('https://example.org/a?b&amp;c');
    expect(drawingAt(record, 'https://example.org/')).not.toContain('%address%');
  });
});

describe('the files of a version', () => {
  const citation = { text: 'a⟦b⟧', apa: '', bibtex: 'c⟦d⟧', ris: 'e⟦f⟧', csl: 'g⟦h⟧' };
  const content = (name: (typeof FILE_NAMES)[number]) =>
    contentOf(name, record, { address: 'https://example.org/v/', citation });

  test('are the same bytes each time', () => {
    // One picture stands for all: they are drawn the same way, and slowly.
    for (const name of FILE_NAMES.filter((file) => file === 'figure.png' || !file.endsWith('.png')))
      expect(content(name)).toEqual(content(name));
  });

  test('are pictures for a light and a dark ground, once and twice the size', () => {
    const size = (name: 'figure.png' | 'figure@2x.png' | 'figure-dark.png' | 'figure-dark@2x.png') =>
      Buffer.from(content(name) as Uint8Array).readUInt32BE(16);
    expect(size('figure@2x.png')).toBe(2 * size('figure.png'));
    expect(size('figure-dark@2x.png')).toBe(2 * size('figure-dark.png'));
    expect(content('figure-dark.png')).not.toEqual(content('figure.png'));
    for (const name of ['figure.svg', 'figure-dark.svg'] as const) {
      expect(content(name)).toMatch(/^<svg /);
      expect(content(name)).not.toMatch(/var\(|%address%/);
    }
  });

  test('hold the numbers and the runs, and citations that claim no date of access', () => {
    const json = JSON.parse(content('data.json') as string);
    expect(json).toMatchObject({ version: record.version, table: record.table, runs: record.runs });
    expect(json).not.toHaveProperty('drawing');
    expect([content('citation.txt'), content('citation.bib')]).toEqual(['a', 'c']);
  });
});

describe('what changed', () => {
  const table = {
    columns: [
      { id: 'step', label: 'Step' },
      { id: 'loss', label: 'Loss' },
      { id: 'loss-low', label: 'Loss, low' },
      { id: 'loss-high', label: 'Loss, high' },
    ],
    rows: [
      ['start', 6, 5.9, 6.1],
      ['end', 3, 2.9, 3.1],
    ],
  };

  test('is nothing between a table and itself', () => {
    expect(changesBetween(table, structuredClone(table))).toEqual([]);
  });

  test('is told value by value, before and now', () => {
    const now = structuredClone(table);
    now.rows[1]![1] = 3.04;
    now.rows.push(['after', 2.5, 2.4, 2.6]);
    now.rows.shift();
    const found = changesBetween(table, now);
    expect(found).toHaveLength(3);
    expect(found).toContainEqual(expect.objectContaining({ row: 'start', now: null }));
    expect(found).toContainEqual(expect.objectContaining({ row: 'after', before: null }));
    const changed = found.find(({ row }) => row === 'end')!;
    expect(changed.column).toContain('Loss');
    expect([changed.before, changed.now].every((text) => text?.includes('2.900'))).toBe(true);
    expect(changed.before).not.toBe(changed.now);
  });

  test('keeps rows of one name apart', () => {
    const twice = { ...table, rows: [table.rows[0]!, ['start', 5, 4.9, 5.1]] };
    const now = structuredClone(twice);
    now.rows[1]![1] = 5.05;
    expect(changesBetween(twice, now)).toHaveLength(1);
  });
});

describe('where a plotted number comes from', () => {
  const { sources, computed } = traceTable(record.table, data);

  test('is a mean of what runs hold', () => {
    expect(sources.length).toBeGreaterThan(0);
    for (const { value, contributions, from } of sources) {
      const values = contributions.map((contribution) => contribution.value!);
      const mean = values.reduce((sum, part) => sum + part, 0) / values.length;
      expect(mean, from).toBeCloseTo(value, 3);
      for (const { run, file } of contributions) expect(file).toBe(`results/runs/${run}.json`);
    }
  });

  test('is not claimed for a number that no run explains', () => {
    const table = structuredClone(record.table);
    const column = table.columns.findIndex(({ id }) => id === 'validationLoss');
    table.rows.at(-1)![column] = 123;
    const altered = traceTable(table, data);
    expect(altered.computed).toBe(computed + 1);
    expect(altered.sources).toHaveLength(sources.length - 1);
  });
});
