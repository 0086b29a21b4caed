import { expect, it } from 'vitest';
import { PAPER_ROWS, paperReading } from './packing-rows.ts';
import { PACKING_TABLE } from './paper.ts';

it('every row of the table stands beside one reading of one of our models', () => {
  expect(PAPER_ROWS.map(({ group, way }) => `${group} ${way}`)).toEqual([
    'causal-document with',
    'causal-document without',
    'causal-fixed with',
    'causal-fixed without',
    'document-none without',
    'document-document with',
    'document-document without',
    'document-fixed with',
    'document-fixed without',
  ]);
  expect(PAPER_ROWS.map(({ loss }) => loss)).toEqual(PACKING_TABLE.rows.map(({ loss }) => loss));
});

it('a sink rate is a share of 1, and what the table lacks is not made up', () => {
  expect(paperReading('causal-fixed', 'with')).toMatchObject({ sinkRate: 0.9084, loss: 2.69 });
  expect(paperReading('causal-none', 'without')).toBeUndefined();
  expect(paperReading('document-none', 'with')).toBeUndefined();
});
