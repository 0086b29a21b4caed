import { expect, test } from 'vitest';
import { readableTable } from './readable-table.ts';

test('an estimate and its interval share a cell; whole counts stay whole', () => {
  const { columns, rows } = readableTable({
    columns: [
      { id: 'model', label: 'Model' },
      { id: 'tokens', label: 'Tokens' },
      { id: 'rate', label: 'Rate' },
      { id: 'rate-low', label: 'Rate, low' },
      { id: 'rate-high', label: 'Rate, high' },
      { id: 'other', label: 'Other' },
    ],
    rows: [
      ['small', 20480, 0.5, 0.25, 0.75, null],
      ['the paper', null, 0.5, null, null, null],
    ],
  });
  expect(columns).toEqual(['Model', 'Tokens', 'Rate (95\u202f% interval)', 'Other']);
  expect(rows).toEqual([
    ['small', '20,480', '0.500 (0.250 to 0.750)', '–'],
    ['the paper', '–', '0.500', '–'],
  ]);
});
