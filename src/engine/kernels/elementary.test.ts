import { describe, expect, it } from 'vitest';
import { kernelsWith } from './kernels.fixture.ts';

const COUNT = 1 << 20;
const kernels = await kernelsWith(8 * COUNT + 64);
const { run } = kernels;
const X = Math.ceil(run.firstFreeByte() / 64) * 64;

/** exp of float32 numbers by the kernel. */
function exponentials(x: Float32Array): Float32Array {
  kernels.view(X, x.length).set(x);
  run.exponential(X, X + 4 * x.length, x.length);
  return kernels.view(X + 4 * x.length, x.length);
}

/** Distance from one float32 to the next at this size. */
function ulp(value: number): number {
  const bits = new Int32Array(Float32Array.of(value).buffer);
  bits[0]! += 1;
  return new Float32Array(bits.buffer)[0]! - Math.fround(value);
}

describe('exp of the kernels', () => {
  it('is within two units in the last place of float32 from -87 to 88', () => {
    const x = Float32Array.from({ length: COUNT }, (_, i) => -87 + (175 * i) / (COUNT - 1));
    const y = exponentials(x);
    let worst = 0;
    x.forEach((value, i) => {
      const exact = Math.exp(value);
      worst = Math.max(worst, Math.abs(y[i]! - exact) / ulp(exact));
    });
    expect(worst).toBeLessThan(2);
    expect(worst).toBeGreaterThan(0); // a comparison with nothing would pass too
  });

  it('is 1 at 0, 0 for a masked score and far below, finite far above', () => {
    const [one, masked, below, above] = exponentials(Float32Array.of(0, Number.NEGATIVE_INFINITY, -87.01, 1000));
    expect([one, masked, below]).toEqual([1, 0, 0]);
    expect(above).toBe(exponentials(Float32Array.of(88, 88, 88, 88))[0]);
    expect(above! / Math.exp(88)).toBeCloseTo(1, 6);
  });
});

describe('log of the kernels', () => {
  it('is within two units in the last place of float64', () => {
    let worst = 0;
    for (let i = 1; i < 100_000; i++) {
      for (const x of [i / 1000, 1 + i * 1e-7, 2 ** ((i % 2000) - 1000) * (1 + i / 100_000)]) {
        const exact = Math.log(x);
        worst = Math.max(worst, Math.abs(run.logarithm(x) - exact) / Math.max(Math.abs(exact) * 2 ** -52, 2 ** -80));
      }
    }
    expect(worst).toBeLessThan(2);
    expect(run.logarithm(1)).toBe(0);
  });
});
