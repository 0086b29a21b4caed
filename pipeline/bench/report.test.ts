import { expect, it } from 'vitest';
import { rowsOf } from '../../src/benchmark/rows.ts';
import { entryLine, rowLine, summaryOf } from './report.ts';

const rows = rowsOf(
  new Map([
    ['matrix product', 50],
    ['kernels, one thread', 100],
    ['kernels, 1 worker', 104],
    ['kernels, 2 workers', 52],
    ['a peer', 400],
  ]),
  {
    workload: 'base',
    product: { name: 'matrix product', flops: 2e9 },
    kernels: 'kernels, one thread',
    tokens: 1000,
    flops: 2.4e9,
  },
);

it('rows hold rates, and ratios to the product and to the kernels', () => {
  expect(rows[0]).toEqual({
    workload: 'base',
    contestant: 'matrix product',
    milliseconds: 50,
    gflops: 40,
    ratioToProduct: 1,
  });
  expect(rows[4]).toEqual({
    workload: 'base',
    contestant: 'a peer',
    milliseconds: 400,
    gflops: 6,
    ratioToProduct: 0.15,
    tokensPerSecond: 2500,
    ratioToKernels: 0.25,
  });
});

it('lines show them', () => {
  expect(rowLine(rows[1]!).trim().split(/ {2,}/)).toEqual([
    'kernels, one thread',
    '100.0',
    '10,000',
    '24.0',
    '0.60',
    '1.00',
  ]);
  expect(summaryOf(rows).split('\n')).toEqual([
    "  kernels on one thread: 60 % of the product's rate",
    '  4.0 x a peer',
    '  two workers: 2.00 x one',
  ]);
  expect(entryLine({ peer: 'a peer', difference: 2e-6 })).toBe(
    "  a peer: its first losses are the kernels' within 2.0e-6",
  );
  expect(entryLine({ peer: 'a peer', refused: 'it is not installed' })).toBe(
    '  a peer does not race: it is not installed',
  );
});
