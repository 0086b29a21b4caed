/** From medians to rates and ratios. */

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
