/** `bench`: how fast the engine trains, beside its own matrix kernel. */
import { availableParallelism } from 'node:os';
import { PRODUCT_FLOPS, productContestant, stepContestant } from '../bench/contestants.ts';
import { interleave } from '../bench/measure.ts';
import { stepFlops, tokensOf, WORKLOADS, type Workload } from '../bench/workload.ts';
import { machine } from '../execution.ts';
import { writeAtomically } from '../files.ts';
import { compileKernels } from '../kernels.ts';
import type { Terminal } from '../progress.ts';

export interface BenchOptions {
  out: Terminal;
  /** Timed rounds; each contestant runs once a round. */
  repetitions: number;
  /** Where to write the numbers as JSON. */
  json?: string;
  /** Tests put small ones here. */
  workloads?: readonly Workload[];
}

/** One contestant's median on one workload. */
export interface BenchRow {
  workload: string;
  contestant: string;
  milliseconds: number;
  gflops: number;
  /** Of `gflops` over those of the matrix product, measured in the same rounds. */
  ratioToProduct: number;
  /** Of a training step. */
  tokensPerSecond?: number;
}

export interface BenchReport {
  machine: string;
  node: string;
  repetitions: number;
  workloads: readonly Workload[];
  rows: BenchRow[];
}

/** Measures, prints a table, and returns the exit status. */
export async function bench({ out, repetitions, json, workloads = WORKLOADS }: BenchOptions): Promise<number> {
  const report: BenchReport = { machine: machine(), node: process.version, repetitions, workloads, rows: [] };
  out.write(`${report.machine}, Node ${report.node}; medians of ${repetitions} interleaved repetitions\n`);
  const module = await compileKernels();
  for (const work of workloads) {
    const { layers, heads, width, vocabularySize, contextLength } = work.model;
    out.write(
      `\n${work.name}: L ${layers}, d ${width}, H ${heads}, V ${vocabularySize}, ${work.sequences} x ${contextLength} tokens\n`,
    );
    const rows = await measureWorkload(module, work, repetitions);
    for (const row of rows) out.write(`${line(row)}\n`);
    report.rows.push(...rows);
  }
  if (json !== undefined) writeAtomically(json, `${JSON.stringify(report, null, 2)}\n`);
  return 0;
}

async function measureWorkload(module: WebAssembly.Module, work: Workload, repetitions: number): Promise<BenchRow[]> {
  const product = await productContestant(module);
  const workerCounts = availableParallelism() > 1 ? [0, 1, 2] : [0];
  const steps = await Promise.all(workerCounts.map((count) => stepContestant(module, work, count)));
  try {
    const medians = await interleave([product, ...steps], repetitions);
    const gflopsOf = (flops: number, name: string) => flops / medians.get(name)! / 1e6;
    const productRate = gflopsOf(PRODUCT_FLOPS, product.name);
    return [product, ...steps].map(({ name }) => {
      const isProduct = name === product.name;
      const gflops = isProduct ? productRate : gflopsOf(stepFlops(work), name);
      return {
        workload: work.name,
        contestant: name,
        milliseconds: medians.get(name)!,
        gflops,
        ratioToProduct: gflops / productRate,
        ...(!isProduct && { tokensPerSecond: (1000 * tokensOf(work)) / medians.get(name)! }),
      };
    });
  } finally {
    for (const { engine } of steps) engine.dispose();
  }
}

function line({ contestant, milliseconds, gflops, ratioToProduct, tokensPerSecond }: BenchRow): string {
  const columns = [
    contestant.padEnd(36),
    `${milliseconds.toFixed(1)} ms`.padStart(11),
    (tokensPerSecond === undefined ? '' : `${Math.round(tokensPerSecond).toLocaleString('en')} tokens/s`).padStart(18),
    `${gflops.toFixed(1)} GFLOP/s`.padStart(14),
    `${ratioToProduct.toFixed(2)} x`.padStart(8),
  ];
  return `  ${columns.join('')}`;
}
