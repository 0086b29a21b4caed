/**
 * What is measured on a trained model beyond its training series. Adding an analysis = adding a file to this folder and
 * naming it in `index.ts`; an experiment then asks for it, and the pipeline carries it out once a run.
 */
import type { Measured, Run } from '../../src/results/schema.ts';
import type { PackedText, Packing } from '../../src/training/text/packing.ts';
import type { Tokenizer } from '../../src/training/text/tokenizer.ts';
import type { Parameters } from '../../src/transformer/parameters.ts';

/** A finished run with its weights. */
export interface TrainedModel {
  run: Run;
  /** After the last step, float32, the bits of the run's last fingerprint. */
  parameters: Parameters;
  /** The held-out documents of its corpus, packed as asked. */
  heldOut(packing: Packing): PackedText;
  tokenizer: Tokenizer;
  /** The compiled kernels. */
  module: WebAssembly.Module;
}

export interface Analysis {
  /** kebab-case */
  id: string;
  /** Raise it when what is measured changes: results of another version are made again. */
  version: string;
  /** What is measured and how, in a sentence or two, with the units: pages show it. */
  description: string;
  /**
   * Measures by name, `kebab-case/with/slashes`: a number, a list (one a layer, a distance, ...) or a table of rows. Names
   * and shapes must be the same for every model of one grid point, so that they can be averaged over seeds.
   * Deterministic: no clock, no unseeded randomness.
   */
  measure(model: TrainedModel): Promise<Measured>;
}
