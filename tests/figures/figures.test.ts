/** Every figure of the registry, drawn from synthetic results and held against a committed drawing. */
import { describe, expect, test } from 'vitest';
import { experiments } from '../../pipeline/experiments/index.ts';
import { csvOf, pngOf, standaloneSvg } from '../../src/components/figures/downloads.ts';
import { LAYOUTS } from '../../src/components/figures/figure.ts';
import { FIGURES, figureById } from '../../src/components/figures/index.ts';
import { renderFigure } from '../../src/components/figures/render.ts';
import type { ExperimentResult } from '../../src/results/schema.ts';
import { syntheticExperiment } from './synthetic-experiment.ts';
import { syntheticResults } from './synthetic-results.ts';

/** Invented results of the figure's experiment; those of emergence are small enough to be worked out by hand. */
function syntheticFor(id: string): ExperimentResult {
  if (id === 'emergence') return syntheticResults();
  return syntheticExperiment(experiments.find((experiment) => experiment.id === id)!);
}

const within = (low: number, high: number) => (value: number) => value >= low && value <= high;

/** The cells of one line of CSV, quoted or not (RFC 4180). */
function csvCells(line: string): string[] {
  const cells = line.match(/(?<=^|,)(?:"(?:[^"]|"")*"|[^,]*)/g)!;
  return cells.map((cell) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));
}

/** One tag a line, so that a change shows as lines and not as one long one. */
const lines = (svg: string) => `${svg.replaceAll('><', '>\n<')}\n`;

describe.each(FIGURES)('figure $id', (figure) => {
  const data = syntheticFor(figure.experiment);

  test.each(LAYOUTS)('%s looks as it did', async (layout) => {
    const { svg } = renderFigure(figure, data, { layout });
    await expect(lines(svg)).toMatchFileSnapshot(`${figure.id}-${layout}.snap.svg`);
  });

  test('is drawn the same each time, with ids that are its own', () => {
    const drawings = LAYOUTS.map((layout) => renderFigure(figure, data, { layout }).svg);
    expect(LAYOUTS.map((layout) => renderFigure(figure, data, { layout }).svg)).toEqual(drawings);
    const ids = drawings.flatMap((svg) => [...svg.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.runIf(figure.readout)('reads values at the positions that its panels hold', () => {
    const { panels } = renderFigure(figure, data, { layout: 'wide' });
    const readout = figure.readout!(data);
    const readable = readout.panels ?? panels.map((_, number) => number);
    for (const number of readable) {
      const [low, high] = panels[number]!.x.domain;
      for (const position of readout.positions) expect(position).toSatisfy(within(low, high));
    }
    for (const { panel, values, texts } of readout.series) {
      expect(readable).toContain(panel);
      expect(values).toHaveLength(readout.positions.length);
      expect(texts).toHaveLength(readout.positions.length);
      const [low, high] = panels[panel]!.y.domain;
      for (const value of values) if (value !== null) expect(value).toSatisfy(within(low, high));
    }
  });

  test('says what it shows in sentences, without a hole', () => {
    const sentences = [figure.caption(data), figure.description(data), ...figure.reading(data)];
    for (const text of sentences) {
      expect(text).not.toMatch(/undefined|NaN|null|Infinity/);
      expect(text).toMatch(/^[A-Z0-9].*[.?]$/su);
    }
  });

  test('draws inside its panels, with every number a number', () => {
    for (const layout of LAYOUTS) {
      const { svg } = renderFigure(figure, data, { layout });
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  test('has a table whose rows fill its columns, and the same as CSV', () => {
    const table = figure.table(data);
    const ids = table.columns.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const row of table.rows) {
      expect(row).toHaveLength(table.columns.length);
      for (const cell of row) if (typeof cell === 'number') expect(cell).toSatisfy(Number.isFinite);
    }
    const [head, ...rows] = csvOf(table).trimEnd().split('\r\n').map(csvCells);
    expect(head).toEqual(ids);
    expect(rows).toEqual(table.rows.map((row) => row.map((cell) => String(cell ?? ''))));
  });

  test('leaves the page without its style sheet: no custom property, a title, a source', () => {
    const frame = { title: 'A <title> & more', source: 'Where from' };
    const { svg: drawing } = renderFigure(figure, data, { layout: 'wide', frame });
    const svg = standaloneSvg(drawing);
    expect(standaloneSvg(drawing, 'dark')).not.toBe(svg);
    expect(svg).not.toContain('var(');
    expect(svg).toContain('<title>A &lt;title> &amp; more</title>');
    expect(svg).toContain('Where from');
    const [single, double] = ([1, 2] as const).map((scale) => Buffer.from(pngOf(svg, scale)).readUInt32BE(16));
    expect(double).toBe(2 * single!);
  });
});

describe('emergence', () => {
  const figure = figureById('emergence');
  const data = syntheticResults();

  test('says so where there was no onset', () => {
    expect(figure.caption(data)).toContain('onset, step 20');
    expect(figure.caption(syntheticResults({ onset: false }))).toContain('At no step');
  });

  test('names the measure that results lack', () => {
    const broken = structuredClone(data);
    delete broken.groups[0]!.series[1]!.measures['validationLoss'];
    expect(() => figure.caption(broken)).toThrow(/no measure “validationLoss” at step 10/);
  });
});
