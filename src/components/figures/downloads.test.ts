import fc from 'fast-check';
import { expect, it } from 'vitest';
import { csvOf } from './downloads.ts';
import type { Cell } from './figure.ts';

/** A reader of CSV by the grammar of RFC 4180: a cell is plain or quoted, a row ends in a line's end. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  let end = 0;
  for (const [whole, quoted, plain, after] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (after !== ',') rows.push([]);
    end += whole.length;
  }
  expect(end).toBe(text.length);
  return rows.slice(0, -1);
}

it('a table as CSV gives every cell back, numbers to the last bit, whatever stands in it', () => {
  const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('a,b', '"', '""', 'x\r\ny', '', ' "z" '));
  const cells: fc.Arbitrary<Cell> = fc.oneof(texts, fc.double({ noNaN: true }), fc.constant(null));
  const tables = fc.integer({ min: 1, max: 4 }).chain((width) => {
    const row = <T>(cell: fc.Arbitrary<T>) => fc.array(cell, { minLength: width, maxLength: width });
    return fc.record({ columns: row(texts), rows: fc.array(row(cells), { maxLength: 5 }) });
  });
  fc.assert(
    fc.property(tables, ({ columns, rows }) => {
      const [head, ...body] = parseCsv(csvOf({ columns: columns.map((id) => ({ id, label: id })), rows }));
      expect(head).toEqual(columns);
      expect(body.map((row) => row.length)).toEqual(rows.map((row) => row.length));
      for (const [index, row] of rows.entries()) {
        for (const [column, cell] of row.entries()) {
          const found = body[index]![column]!;
          if (typeof cell === 'number') expect(Number(found) === cell).toBe(true);
          else expect(found).toBe(cell ?? '');
        }
      }
    }),
  );
});
