/** What changed between two versions of a figure's numbers, as a reader of both would see it. */
import type { Table } from '../figures/figure.ts';
import { readableTable } from '../figures/readable-table.ts';

export interface Change {
  row: string;
  column: string;
  /** As it was read then; null where the row or the column is new. */
  before: string | null;
  /** As it is read now; null where there is none any more. */
  now: string | null;
}

/** The cells whose text differs. A row is known by its first cell, and by which of those with this name it is. */
export function changesBetween(before: Table, now: Table): Change[] {
  const [old, fresh] = [cellsOf(before), cellsOf(now)];
  const changes: Change[] = [];
  for (const [key, { row, column, text }] of old) {
    const current = fresh.get(key)?.text ?? null;
    if (current !== text) changes.push({ row, column, before: text, now: current });
  }
  for (const [key, { row, column, text }] of fresh) {
    if (!old.has(key)) changes.push({ row, column, before: null, now: text });
  }
  return changes;
}

interface LocatedCell {
  row: string;
  column: string;
  text: string;
}

function cellsOf(table: Table): Map<string, LocatedCell> {
  const { columns, rows } = readableTable(table);
  const cells = new Map<string, LocatedCell>();
  const seen = new Map<string, number>();
  for (const [name = '', ...texts] of rows) {
    const occurrence = (seen.get(name) ?? 0) + 1;
    seen.set(name, occurrence);
    texts.forEach((text, i) => {
      const column = columns[i + 1]!;
      cells.set(`${name}\n${occurrence}\n${column}`, { row: name, column, text });
    });
  }
  return cells;
}
