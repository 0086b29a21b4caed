/** Every figure of the registry, drawn from synthetic results and held against a committed drawing. */
import { describe, expect, test } from 'vitest';
import { csvOf, pngOf, standaloneSvg } from '../../src/components/figures/downloads.ts';
import { LAYOUTS } from '../../src/components/figures/figure.ts';
import { FIGURES } from '../../src/components/figures/index.ts';
import { renderFigure } from '../../src/components/figures/render.ts';
import { syntheticResults } from './synthetic-results.ts';

const data = syntheticResults();

/** One tag a line, so that a change shows as lines and not as one long one. */
const lines = (svg: string) => `${svg.replaceAll('><', '>\n<')}\n`;

describe.each(FIGURES)('figure $id', (figure) => {
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

  test('reads values at the positions that its panels hold', () => {
    const { panels } = renderFigure(figure, data, { layout: 'wide' });
    const { positions, series } = figure.readout(data);
    for (const { panel, values, texts } of series) {
      expect(values).toHaveLength(positions.length);
      expect(texts).toHaveLength(positions.length);
      const [low, high] = panels[panel]!.y.domain;
      for (const value of values) expect(value >= low && value <= high, `${value} in ${low}..${high}`).toBe(true);
    }
  });

  test('has a table whose rows fill its columns, and the same as CSV', () => {
    const table = figure.table(data);
    for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
    const [head, first] = csvOf(table).split('\r\n');
    expect(head!.split(',')).toEqual(table.columns.map(({ id }) => id));
    expect(first!.split(',').map(Number)).toEqual(table.rows[0]);
  });

  test('leaves the page without its style sheet: no custom property, a title, a source', () => {
    const svg = standaloneSvg(figure, data, { title: 'A <title> & more', source: 'Where from' });
    expect(svg).not.toContain('var(');
    expect(svg).toContain('<title>A &lt;title> &amp; more</title>');
    expect(svg).toContain('Where from');
    const [single, double] = ([1, 2] as const).map((scale) => Buffer.from(pngOf(svg, scale)).readUInt32BE(16));
    expect(double).toBe(2 * single!);
  });
});

describe('emergence', () => {
  test('says so where there was no onset', () => {
    const [figure] = FIGURES;
    expect(figure!.caption(data)).toContain('onset, step 20');
    expect(figure!.caption(syntheticResults({ onset: false }))).toContain('At no step');
  });

  test('names the measure that results lack', () => {
    const broken = structuredClone(data);
    delete broken.groups[0]!.series[1]!.measures['validationLoss'];
    expect(() => FIGURES[0]!.caption(broken)).toThrow(/no measure “validationLoss” at step 10/);
  });
});
