/** What the tests of the kernels share: the compiled module and its memory, random models and how gradients are measured. */
import { readFileSync } from 'node:fs';
import type fc from 'fast-check';
import type { AttentionKind, ModelConfig } from '../../transformer/config.ts';
import { modelsWith } from '../engine.fixture.ts';
import { Kernels } from './module.ts';

export const module = new WebAssembly.Module(readFileSync(new URL('kernels.wasm', import.meta.url)));

/** An instance with this many bytes beyond what it uses itself. */
export async function kernelsWith(bytes: number): Promise<Kernels> {
  const kernels = await Kernels.instantiate(module);
  kernels.reserve(kernels.run.firstFreeByte() + bytes);
  return kernels;
}

/** Models with attention of one kind; of one channel RMSNorm leaves nothing but signs, whose gradient is rounding. */
export function decidableModels(attention: AttentionKind): fc.Arbitrary<ModelConfig> {
  return modelsWith(attention).filter(({ width }) => width > 1);
}

/**
 * What the error of a tensor's gradient is measured against: the tensor's own largest number, but no less than a share
 * of the largest of all tensors, since what is left where gradients cancel (queries that see one key) is rounding. Softpick
 * divides by what may be small, and leaves more of it.
 */
export function gradientScale(attention: AttentionKind, own: number, ofAll: number): number {
  return Math.max(own, ofAll * (attention === 'softpick' ? 0.1 : 0.01));
}

export function largestOf(values: Iterable<number>): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
}
