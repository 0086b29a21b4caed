/** The compiled kernels: their signatures, and an instance with memory that grows only when a plan asks for it. */
import { LARGEST_MEMORY } from './plan.ts';

type Address = number;

/** Exports of `assembly/index.ts`; addresses and strides in bytes, the rest counts. See there for what each computes. */
export interface KernelExports {
  memory: WebAssembly.Memory;
  firstFreeByte(): Address;
  // biome-ignore format: one kernel a paragraph, its parameters in the kernel's order
  multiply(a: Address, aStride: number, b: Address, bStride: number, c: Address, cStride: number, start: Address,
    rows: number, depth: number, panels: number): void;
  // biome-ignore format: as above
  multiplyTransposed(a: Address, aStride: number, b: Address, bStride: number, c: Address, cStride: number,
    start: Address, rows: number, depth: number, panels: number): void;
  // biome-ignore format: as above
  transpose(source: Address, sourceStride: number, target: Address, targetStride: number,
    rows: number, columns: number): void;
  // biome-ignore format: as above
  attentionForward(qkv: Address, out: Address, weights: Address, aside: Address, documents: Address, spare: Address,
    kind: number, window: number, first: number, reach: number, firstPanels: number,
    sequences: number, panels: number, heads: number, headRows: number, parts: number, scale: number): void;
  // biome-ignore format: as above
  attentionBackward(qkv: Address, dOut: Address, weights: Address, aside: Address, dQkv: Address, scratch: Address,
    kind: number, reach: number, firstPanels: number,
    sequences: number, panels: number, heads: number, headRows: number, parts: number, scale: number): void;
  // biome-ignore format: as above
  valueNorms(qkv: Address, norms: Address, panels: number, heads: number, headRows: number, parts: number): void;
  // biome-ignore format: as above
  sinkLogitForward(logits: Address, sinks: Address, sequences: number, panels: number, heads: number,
    factor: number): void;
  // biome-ignore format: as above
  sinkLogitBackward(dSinks: Address, dLogits: Address, sequences: number, panels: number, heads: number,
    padded: number, factor: number): void;
  // biome-ignore format: as above
  keyBiasForward(qkv: Address, bias: Address, sinks: Address,
    sequences: number, panels: number, heads: number, headRows: number, parts: number): void;
  // biome-ignore format: as above
  keyBiasBackward(qkv: Address, bias: Address, dSinks: Address, dQkv: Address, dBias: Address, sums: Address,
    sequences: number, panels: number, heads: number, headRows: number, parts: number): void;
  gateForward(gate: Address, stride: number, heads: Address, rows: number, panels: number): void;
  // biome-ignore format: as above
  gateBackward(gate: Address, dGate: Address, stride: number, heads: Address, dHeads: Address,
    rows: number, panels: number): void;
  // biome-ignore format: as above
  embeddingForward(table: Address, tableStride: number, ids: Address, x: Address, rows: number, tokens: number): void;
  embeddingAdd(table: Address, tableStride: number, ids: Address, x: Address, rows: number, tokens: number): void;
  embeddingBackward(dTable: Address, stride: number, ids: Address, dx: Address, rows: number, tokens: number): void;
  // biome-ignore format: as above
  rmsNormForward(x: Address, gain: Address, y: Address, inverse: Address,
    rows: number, padded: number, panels: number, epsilon: number): void;
  // biome-ignore format: as above
  rmsNormBackward(dy: Address, x: Address, gain: Address, inverse: Address, dx: Address, dGain: Address,
    sums: Address, rows: number, padded: number, panels: number): void;
  // biome-ignore format: as above
  rotate(x: Address, stride: number, cos: Address, sin: Address, sequences: number, panels: number, heads: number,
    headRows: number, pairs: number, step: number, distance: number, direction: number): void;
  // biome-ignore format: as above
  layerNormForward(x: Address, gain: Address, y: Address, statistics: Address,
    rows: number, padded: number, panels: number, epsilon: number): void;
  // biome-ignore format: as above
  layerNormBackward(dy: Address, x: Address, gain: Address, statistics: Address, dx: Address, dGain: Address,
    sums: Address, rows: number, padded: number, panels: number): void;
  swigluForward(both: Address, hidden: Address, rows: number, panels: number): void;
  swigluBackward(both: Address, dHidden: Address, rows: number, panels: number): void;
  reluForward(up: Address, hidden: Address, count: number): void;
  reluBackward(up: Address, dHidden: Address, count: number): void;
  // biome-ignore format: as above
  crossEntropy(logits: Address, targets: Address, words: number, rows: number, panels: number, weight: number): number;
  sumOfSquares(x: Address, count: number): number;
  add(x: Address, y: Address, count: number): void;
  // biome-ignore format: as above
  adamw(p: Address, gradient: Address, m: Address, v: Address, count: number, gradientScale: number, beta1: number,
    rest1: number, beta2: number, rest2: number, keep: number, rate: number, rootScale: number, epsilon: number): void;
  exponential(x: Address, y: Address, count: number): void;
  logarithm(x: number): number;
}

/** The model needs more memory than there is. */
export class MemoryError extends Error {
  override readonly name = 'MemoryError';
}

/** An instance of the module: its functions, and views of its memory that follow it when it grows. */
export class Kernels {
  /** The whole memory; an address divided by 4 is an index. */
  floats: Float32Array;
  integers: Int32Array;

  private constructor(readonly run: KernelExports) {
    this.floats = new Float32Array(run.memory.buffer);
    this.integers = new Int32Array(run.memory.buffer);
  }

  /** @param module the compiled `kernels.wasm` */
  static async instantiate(module: WebAssembly.Module): Promise<Kernels> {
    const instance = await WebAssembly.instantiate(module);
    return new Kernels(instance.exports as unknown as KernelExports);
  }

  /**
   * Grows the memory to at least `bytes`.
   * @throws {MemoryError} when it cannot
   */
  reserve(bytes: number): void {
    const { memory } = this.run;
    const missing = Math.ceil((bytes - memory.buffer.byteLength) / 65536);
    if (missing <= 0) return;
    const wanted = `${Math.ceil(bytes / 2 ** 20)} MB`;
    if (bytes > LARGEST_MEMORY) {
      throw new MemoryError(
        `this model and batch need ${wanted}, more than the 4 GB a module can have; make either smaller`,
      );
    }
    try {
      memory.grow(missing);
    } catch {
      throw new MemoryError(`the ${wanted} that this model and batch need are not to be had; make either smaller`);
    }
    this.floats = new Float32Array(memory.buffer);
    this.integers = new Int32Array(memory.buffer);
  }

  /** `count` numbers from an address on, valid until the memory grows. */
  view(address: Address, count: number): Float32Array {
    return this.floats.subarray(address / 4, address / 4 + count);
  }
}
