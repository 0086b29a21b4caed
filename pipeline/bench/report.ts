/** The lines of the printed table. */
import type { Entry } from '../../src/benchmark/entry.ts';
import type { BenchRow } from '../../src/benchmark/rows.ts';

const WIDTHS = [38, 13, 14, 12, 14, 14] as const;

function line(cells: readonly string[]): string {
  return `  ${cells.map((cell, i) => (i === 0 ? cell.padEnd(WIDTHS[i]!) : cell.padStart(WIDTHS[i]!))).join('')}`.trimEnd();
}

export const HEADING = line(['', 'ms', 'tokens/s', 'GFLOP/s', 'of product', 'of kernels']);

/** A contestant's line; cells that it has no number for stay empty. */
export function rowLine(row: BenchRow): string {
  const { contestant, milliseconds, gflops, ratioToProduct, tokensPerSecond, ratioToKernels } = row;
  return line([
    contestant,
    milliseconds.toFixed(1),
    tokensPerSecond === undefined ? '' : Math.round(tokensPerSecond).toLocaleString('en'),
    gflops.toFixed(1),
    ratioToProduct.toFixed(2),
    ratioToKernels === undefined ? '' : ratioToKernels.toFixed(ratioToKernels < 0.1 ? 3 : 2),
  ]);
}

/** What became of a peer, in one line. */
export function entryLine({ peer, difference, refused }: Entry): string {
  if (refused !== undefined) return `  ${peer} does not race: ${refused}`;
  return `  ${peer}: its first losses are the kernels' within ${difference!.toExponential(1)}`;
}

/** How many times as fast the kernels are on one thread as each other contestant. */
export function summaryOf(rows: readonly BenchRow[]): string {
  const steps = rows.filter(({ ratioToKernels }) => ratioToKernels !== undefined);
  const kernels = steps.find(({ ratioToKernels }) => ratioToKernels === 1)!;
  const peers = steps.filter(({ contestant }) => !contestant.startsWith('kernels'));
  const workers = steps.filter(({ contestant }) => contestant.endsWith('worker') || contestant.endsWith('workers'));
  const times = peers.map(({ contestant, ratioToKernels }) => `${(1 / ratioToKernels!).toFixed(1)} x ${contestant}`);
  const [one, two] = workers;
  return [
    `  kernels on one thread: ${Math.round(100 * kernels.ratioToProduct)} % of the product's rate`,
    ...(times.length > 0 ? [`  ${times.join(', ')}`] : []),
    ...(one && two ? [`  two workers: ${(one.milliseconds / two.milliseconds).toFixed(2)} x one`] : []),
  ].join('\n');
}
