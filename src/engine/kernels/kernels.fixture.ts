/** What the tests of the kernels share: the compiled module and its memory. */
import { readFileSync } from 'node:fs';
import { Kernels } from './module.ts';

export const module = new WebAssembly.Module(readFileSync(new URL('kernels.wasm', import.meta.url)));

/** An instance with this many bytes beyond what it uses itself. */
export async function kernelsWith(bytes: number): Promise<Kernels> {
  const kernels = await Kernels.instantiate(module);
  kernels.reserve(kernels.run.firstFreeByte() + bytes);
  return kernels;
}
