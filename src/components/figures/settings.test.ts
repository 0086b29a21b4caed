/** The published results: the first row of the figure is the model of two other experiments, measured once more. */
import { expect, test } from 'vitest';
import { experimentResults } from '../../content/results.ts';
import { renderFigure } from './render.ts';
import { settings } from './settings.ts';

const { values } = experimentResults('settings');
const WAYS = ['deleted', 'masked', 'replaced', 'trained-without'];

test.each(WAYS)('%s: mixing is what its own experiment publishes', (way) => {
  const own = experimentResults('perturbation').values[`bos/${way}/ratio`]!;
  expect(values[`reference/${way}/mean-change/ratio`]).toMatchObject({
    value: own.value,
    low: own.low,
    high: own.high,
  });
});

test.each(WAYS)('%s: collapse is what its own experiment publishes', (way) => {
  for (const measure of ['residual', 'effective-rank', 'suffix-distance']) {
    const own = experimentResults('collapse').values[`bos/${way}/${measure}/ratio`]!;
    const here = values[`reference/${way}/${measure}/ratio`];
    expect(here, measure).toMatchObject({ value: own.value, low: own.low, high: own.high });
  }
});

test('every setting has a dot a way in every panel, and every model one in those by strength', () => {
  const data = experimentResults('settings');
  const { svg } = renderFigure(settings, data, { layout: 'wide' });
  const rows = settings.table(data).rows.length;
  expect(rows).toBe(4 * 5 * 2 + 2 * 25);
  expect(svg.match(/<circle/g)).toHaveLength(rows);
});
