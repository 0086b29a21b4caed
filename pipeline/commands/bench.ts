/** `bench`: how fast the kernels train, beside their own matrix kernel and beside other libraries. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { productContestant, productFlops, stepContestant } from '../../src/benchmark/contestants.ts';
import { type Entry, enter, firstLosses, type PeerContestant } from '../../src/benchmark/entry.ts';
import { interleave } from '../../src/benchmark/measure.ts';
import type { Peer } from '../../src/benchmark/peer.ts';
import { type BenchRow, rowsOf } from '../../src/benchmark/rows.ts';
import { stepFlops, tokensOf, WORKLOADS, type Workload } from '../../src/benchmark/workload.ts';
import { entryLine, HEADING, rowLine, summaryOf } from '../bench/report.ts';
import { PipelineError } from '../errors.ts';
import { machine } from '../execution.ts';
import { reason, shown, writeAtomically } from '../files.ts';
import { compileKernels, startKernelsWorkers } from '../kernels.ts';
import type { Terminal } from '../progress.ts';

/** Rows of the matrices whose product is timed. */
const PRODUCT_SIZE = 1024;

export interface BenchOptions {
  out: Terminal;
  /** Timed rounds; each contestant runs once a round. */
  repetitions: number;
  /** Who races on the first workload. */
  peers: readonly Peer[];
  /** Where to write the numbers as JSON. */
  json?: string;
  /** Tests put small ones here. */
  workloads?: readonly Workload[];
}

export interface BenchReport {
  machine: string;
  node: string;
  repetitions: number;
  workloads: readonly Workload[];
  /** The peers, with how closely their losses agree, or why they do not race. */
  entries: Entry[];
  rows: BenchRow[];
}

/**
 * Measures, prints a table, and returns the exit status.
 * @throws {PipelineError} when the file cannot be written, before anything is measured if that can be known
 */
export async function bench({ out, repetitions, peers, json, workloads = WORKLOADS }: BenchOptions): Promise<number> {
  if (json !== undefined) checkWritable(json);
  const report: BenchReport = {
    machine: machine(),
    node: process.version,
    repetitions,
    workloads,
    entries: [],
    rows: [],
  };
  out.write(`${report.machine}, Node ${report.node}; medians of ${repetitions} interleaved repetitions\n`);
  const module = await compileKernels();
  for (const [index, work] of workloads.entries()) {
    const { layers, heads, width, hiddenWidth, vocabularySize, contextLength } = work.model;
    const shape = `L ${layers}, d ${width}, H ${heads}, F ${hiddenWidth}, V ${vocabularySize}`;
    out.write(`\n${work.name}: ${shape}, ${work.sequences} x ${contextLength} tokens\n`);
    const contestants: PeerContestant[] = [];
    if (index === 0 && peers.length > 0) {
      const reference = await stepContestant(module, work, []);
      const expected = await firstLosses(reference.engine, work);
      reference.engine.dispose();
      for (const peer of peers) {
        const { entry, contestant } = await enter(peer, work, expected);
        out.write(`${entryLine(entry)}\n`);
        report.entries.push(entry);
        if (contestant) contestants.push(contestant);
      }
    }
    const rows = await measureWorkload(module, work, repetitions, contestants);
    out.write(`${HEADING}\n`);
    for (const row of rows) out.write(`${rowLine(row)}\n`);
    out.write(`${summaryOf(rows)}\n`);
    report.rows.push(...rows);
  }
  if (json !== undefined) writeAtomically(json, `${JSON.stringify(report, null, 2)}\n`);
  return 0;
}

/** The measurements take minutes: a file that cannot be written is better known before. */
function checkWritable(path: string): void {
  let folder = dirname(path);
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new PipelineError(`cannot write ${shown(path)}: ${reason(error)}`);
  }
  if (!statSync(folder).isDirectory() || (existsSync(path) && statSync(path).isDirectory())) {
    throw new PipelineError(`cannot write ${shown(path)}: it is no file in a folder; name another`);
  }
}

/** The contestants are let go at the end. */
async function measureWorkload(
  module: WebAssembly.Module,
  work: Workload,
  repetitions: number,
  peers: readonly PeerContestant[],
): Promise<BenchRow[]> {
  const product = await productContestant(module, PRODUCT_SIZE);
  const workerCounts = availableParallelism() > 1 ? [0, 1, 2] : [0];
  const steps = await Promise.all(
    workerCounts.map((count) => stepContestant(module, work, startKernelsWorkers(count))),
  );
  try {
    const medians = await interleave([product, ...steps, ...peers], repetitions, { now: () => performance.now() });
    return rowsOf(medians, {
      workload: work.name,
      product: { name: product.name, flops: productFlops(PRODUCT_SIZE) },
      kernels: steps[0]!.name,
      tokens: tokensOf(work),
      flops: stepFlops(work),
    });
  } finally {
    for (const { engine } of steps) engine.dispose();
    for (const { dispose } of peers) dispose();
  }
}
