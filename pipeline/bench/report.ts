/** From medians to rows, and from rows to lines of a table. */
import type { Entry } from './entry.ts';

/** One contestant's median on one workload. */
export interface BenchRow {
  workload: string;
  contestant: string;
  milliseconds: number;
  gflops: number;
  /** Of `gflops` over those of the matrix product, measured in the same rounds. */
  ratioToProduct: number;
  /** Of a training step, as the next. */
  tokensPerSecond?: number;
  /** Of `tokensPerSecond` over those of the kernels on one thread. */
  ratioToKernels?: number;
}

export interface Measured {
  workload: string;
  product: { name: string; flops: number };
  /** The contestant with which the others are compared. */
  kernels: string;
  /** Of one step. */
  tokens: number;
  flops: number;
}

/** @param medians in milliseconds, by contestant */
export function rowsOf(medians: ReadonlyMap<string, number>, measured: Measured): BenchRow[] {
  const { workload, product, kernels, tokens, flops } = measured;
  const gflopsOf = (operations: number, name: string) => operations / medians.get(name)! / 1e6;
  const productRate = gflopsOf(product.flops, product.name);
  return [...medians].map(([contestant, milliseconds]) => {
    const isProduct = contestant === product.name;
    const gflops = isProduct ? productRate : gflopsOf(flops, contestant);
    const row = { workload, contestant, milliseconds, gflops, ratioToProduct: gflops / productRate };
    if (isProduct) return row;
    const ratioToKernels = medians.get(kernels)! / milliseconds;
    return { ...row, tokensPerSecond: (1000 * tokens) / milliseconds, ratioToKernels };
  });
}

const WIDTHS = [38, 13, 14, 12, 14, 14] as const;

function line(cells: readonly string[]): string {
  return `  ${cells.map((cell, i) => (i === 0 ? cell.padEnd(WIDTHS[i]!) : cell.padStart(WIDTHS[i]!))).join('')}`.trimEnd();
}

export const HEADING = line(['', 'ms', 'tokens/s', 'GFLOP/s', 'of product', 'of kernels']);

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
