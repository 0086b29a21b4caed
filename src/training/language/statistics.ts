/** What a text says of its symbols: how often each occurs, and how often each follows every context of n earlier ones. */

/**
 * A table of draws: for each row, the symbols that can be drawn and their counts added up. Rows without a symbol are
 * contexts that the text does not hold.
 */
export interface CountTable {
  /** Entries of row r: from `starts[r]` up to `starts[r + 1]`. */
  starts: Int32Array;
  /** The symbol of each entry, rising within a row. */
  symbols: Int32Array;
  /** The counts of the row's entries up to this one, this one included. */
  sums: Int32Array;
}

/**
 * How often each symbol follows each context of `order` symbols; the row of a context is its symbols read as a number
 * in base `vocabularySize`, the oldest first. Order 0 has one row: the counts of the symbols themselves. The text is
 * read as a circle, so that every context it holds has a successor.
 * @param stream symbols from 0 to `vocabularySize` - 1, at least one.
 */
export function countSuccessors(stream: Int32Array, vocabularySize: number, order: number): CountTable {
  const n = stream.length;
  let rows = 1;
  for (let i = 0; i < order; i++) rows *= vocabularySize;
  // One number a position, context and successor together: sorted, equal ones stand together and rows in order.
  const keys = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let key = 0;
    for (let back = order; back >= 0; back--) key = key * vocabularySize + stream[(i + n - (back % n)) % n]!;
    keys[i] = key;
  }
  keys.sort();

  let entries = 0;
  for (let i = 0; i < n; i++) if (i === 0 || keys[i] !== keys[i - 1]) entries++;
  const table: CountTable = {
    starts: new Int32Array(rows + 1),
    symbols: new Int32Array(entries),
    sums: new Int32Array(entries),
  };
  let entry = -1;
  let row = -1;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const key = keys[i]!;
    if (i === 0 || key !== keys[i - 1]) {
      entry++;
      const context = Math.floor(key / vocabularySize);
      if (context !== row) sum = 0;
      while (row < context) table.starts[++row] = entry;
      table.symbols[entry] = key % vocabularySize;
    }
    table.sums[entry] = ++sum;
  }
  table.starts.fill(entries, row + 1);
  return table;
}

/** The counts of a row, by symbol; zero for symbols that never occur in it. */
export function countsOf({ starts, symbols, sums }: CountTable, row: number, vocabularySize: number): Int32Array {
  const counts = new Int32Array(vocabularySize);
  const first = starts[row]!;
  for (let entry = first; entry < starts[row + 1]!; entry++) {
    counts[symbols[entry]!] = sums[entry]! - (entry === first ? 0 : sums[entry - 1]!);
  }
  return counts;
}

/** A table of one row with the symbols that are not in `excluded`. */
export function without(counts: Int32Array, excluded: ReadonlySet<number>): CountTable {
  const symbols: number[] = [];
  const sums: number[] = [];
  for (const [symbol, count] of counts.entries()) {
    if (count === 0 || excluded.has(symbol)) continue;
    symbols.push(symbol);
    sums.push((sums.at(-1) ?? 0) + count);
  }
  return {
    starts: Int32Array.of(0, symbols.length),
    symbols: Int32Array.from(symbols),
    sums: Int32Array.from(sums),
  };
}

/** The `count` symbols that occur most often, the most frequent first; of equal ones the smaller id first. */
export function mostFrequent(counts: Int32Array, count: number): number[] {
  return Array.from(counts.keys())
    .sort((a, b) => counts[b]! - counts[a]! || a - b)
    .slice(0, count);
}
