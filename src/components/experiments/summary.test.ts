import { expect, test } from 'vitest';
import { runFixture } from '../../results/run.fixture.ts';
import type { ExperimentResult, Group, Run } from '../../results/schema.ts';
import { across, analysisOf, gridOf, range, settingOf, threeDigits } from './summary.ts';

function group(id: string, layers: number): { group: Group; runs: Run[] } {
  const runs = [0, 1].map((seed) => {
    const run = runFixture(seed);
    const model = { ...run.specification.model, layers };
    return { ...run, id: `${id}-${seed}`, specification: { ...run.specification, model } };
  });
  return {
    runs,
    group: {
      id,
      label: `${layers} layers`,
      runs: runs.map((run) => run.id),
      series: [],
      analysis: {
        change: { mean: layers / 8, low: -0.5, high: 1460.4 },
        'by-layer': { mean: [1, 2, 3], low: [1, 2, 3], high: [1, 2, 3] },
        map: { mean: [[1, 2]], low: [[1, 2]], high: [[1, 2]] },
      },
    },
  };
}

function result(...parts: ReturnType<typeof group>[]): ExperimentResult {
  return {
    experiment: 'depth',
    groups: parts.map((part) => part.group),
    runs: parts.flatMap((part) => part.runs),
  } as unknown as ExperimentResult;
}

const two = result(group('shallow', 1), group('deep', 4));

test('the grid shows what differs between its points, and nothing else', () => {
  const { columns, points } = gridOf(two);
  expect(columns).toEqual(['Layers']);
  expect(points.map(({ cells }) => cells)).toEqual([['1'], ['4']]);
  expect(points[0]!.seeds).toEqual([0, 1]);
  expect(points[1]!.parameters).toBeGreaterThan(points[0]!.parameters);
  expect(gridOf(result(group('only', 2))).columns).toEqual([]);
});

test('a group whose run is not there is named', () => {
  const broken = result(group('shallow', 1));
  broken.groups[0]!.runs = ['0123456789abcdef'];
  expect(() => gridOf(broken)).toThrow(/depth have a group with run 0123456789abcdef/);
});

test('values over runs are listed once, or as a range', () => {
  expect(across(two.runs, ({ model }) => model.layers)).toBe('1 or 4');
  expect(across(two.runs, ({ model }) => model.heads)).toBe('2');
  expect(range(two.runs, ({ specification }) => specification.model.layers)).toBe('1 to 4');
  expect(settingOf(two)).toMatch(
    /^4 models, 2 seeds each · 1 to 4 layers · width 8 · context 8 · [\d,]+ to [\d,]+ param/,
  );
});

test('the table of measures is turned where that makes it narrower, and names what it cannot hold', () => {
  const upright = analysisOf(result(group('only', 2)));
  expect(upright).toMatchObject({ corner: 'Measure', columns: ['2 layers'] });
  expect(upright.rows).toEqual([{ name: 'change', cells: [{ mean: '0.25', interval: '−0.5 to 1,460' }] }]);
  expect(upright.others).toEqual([
    { name: 'by-layer', shape: '3' },
    { name: 'map', shape: '1 × 2' },
  ]);
  const turned = analysisOf(two);
  expect(turned).toMatchObject({ corner: 'Point', columns: ['change'] });
  expect(turned.rows.map(({ name, cells }) => [name, cells[0]!.mean])).toEqual([
    ['1 layers', '0.125'],
    ['4 layers', '0.5'],
  ]);
});

test.each([
  [0.08714, '0.0871'],
  [-1.2, '−1.2'],
  [1463, '1,460'],
  [0, '0'],
  [-0.0000123, '−1.23e−5'],
])('%d is written %s', (value, text) => {
  expect(threeDigits(value)).toBe(text);
});
