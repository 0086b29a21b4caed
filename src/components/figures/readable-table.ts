/** A figure's numbers as text for people: an estimate and its interval in one cell. */
import { formatDigits } from '../../content/number-format.ts';
import type { Cell, Table } from './figure.ts';

export interface ReadableTable {
  columns: string[];
  rows: string[][];
}

/** Columns `x`, `x-low`, `x-high` become one, `0.310 (0.295 to 0.324)`. */
export function readableTable({ columns, rows }: Table): ReadableTable {
  const ids = columns.map(({ id }) => id);
  const estimates = columns
    .map(({ id, label }, index) => ({ label, index, low: ids.indexOf(`${id}-low`), high: ids.indexOf(`${id}-high`) }))
    .filter(({ index }) => !/-(low|high)$/.test(ids[index]!));
  return {
    columns: estimates.map(({ label, low }) => (low === -1 ? label : `${label} (95\u202f% interval)`)),
    rows: rows.map((row) =>
      estimates.map(({ index, low, high }) => {
        const value = cellText(row[index]!);
        // A number of the paper has no interval.
        if (low === -1 || row[low] === null) return value;
        return `${value} (${cellText(row[low]!)} to ${cellText(row[high]!)})`;
      }),
    ),
  };
}

function cellText(value: Cell): string {
  if (value === null) return '–';
  if (typeof value === 'string') return value;
  return formatDigits(value, { format: 'fraction', digits: Number.isInteger(value) && value > 1 ? 0 : 3 });
}
