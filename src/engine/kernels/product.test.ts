import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../../transformer/random.ts';
import { PANEL, roundUp } from './dimensions.ts';
import { kernelsWith } from './kernels.fixture.ts';

const kernels = await kernelsWith(4 * 2 ** 20);
const { run } = kernels;
const START = roundUp(run.firstFreeByte(), 64);

/** A matrix as the kernels see it, at an address, and as the test sees it, a number a (row, column). */
interface Matrix {
  address: number;
  stride: number;
  at: (row: number, column: number) => number;
}

/** A stack of matrices of random numbers in the kernels' memory; the rest of the memory is poisoned. */
function arena(seed: string) {
  const { uniform } = randomGenerator(seed);
  kernels.floats.fill(Number.NaN, START / 4);
  let next = START;
  return (rows: number, panels: number, gap = 0): Matrix => {
    const address = next;
    const stride = (rows * PANEL + gap) * 4;
    next += roundUp(panels * stride, 64) + 64;
    const index = (row: number, column: number) =>
      address / 4 + (Math.floor(column / PANEL) * stride) / 4 + row * PANEL + (column % PANEL);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < panels * PANEL; column++) kernels.floats[index(row, column)] = 2 * uniform() - 1;
    }
    return { address, stride, at: (row, column) => kernels.floats[index(row, column)]! };
  };
}

/** The largest error over the length of the sum, against the sum in float64. */
function largestError(
  c: Matrix,
  rows: number,
  columns: number,
  depth: number,
  term: (row: number, column: number, k: number) => number,
  before: (row: number, column: number) => number = () => 0,
): number {
  let largest = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = before(row, column);
      for (let k = 0; k < depth; k++) sum += term(row, column, k);
      largest = Math.max(largest, Math.abs(sum - c.at(row, column)));
    }
  }
  return Number.isNaN(largest) ? Number.POSITIVE_INFINITY : largest;
}

const shapes = fc.record({
  quadRows: fc.integer({ min: 1, max: 20 }),
  depth: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 60, max: 70 })),
  panels: fc.integer({ min: 1, max: 5 }),
  gap: fc.constantFrom(0, 8, 64),
  seed: fc.string(),
});
const LARGEST_ERROR = 4e-5; // float32 sums of up to 560 products of numbers below 1

describe('multiply', () => {
  it('is the product in float64, for any shape and gap between panels', () => {
    fc.assert(
      fc.property(shapes, ({ quadRows, depth, panels, gap, seed }) => {
        const rows = 4 * quadRows;
        const matrix = arena(seed);
        const a = matrix(rows, depth, gap);
        const b = matrix(depth * PANEL, panels, gap);
        const c = matrix(rows, panels, gap);
        run.multiply(a.address, a.stride, b.address, b.stride, c.address, c.stride, 0, rows, depth, panels);
        const term = (i: number, j: number, k: number) => a.at(i, k) * b.at(k, j);
        expect(largestError(c, rows, panels * PANEL, depth * PANEL, term)).toBeLessThan(LARGEST_ERROR);
      }),
      { numRuns: 40 },
    );
  });

  it('adds to a start, which may be the product itself', () => {
    const matrix = arena('start');
    const [a, b, c, start] = [matrix(12, 40), matrix(320, 2), matrix(12, 2), matrix(12, 2)] as const;
    const term = (i: number, j: number, k: number) => a.at(i, k) * b.at(k, j);
    run.multiply(a.address, a.stride, b.address, b.stride, c.address, c.stride, start.address, 12, 40, 2);
    expect(largestError(c, 12, 16, 320, term, start.at)).toBeLessThan(LARGEST_ERROR);
    run.multiply(a.address, a.stride, b.address, b.stride, start.address, start.stride, start.address, 12, 40, 2);
    expect(start.at(11, 15)).toBe(c.at(11, 15));
  });
});

describe('multiplyTransposed', () => {
  it('is the product of the transposed in float64, for any shape and gap between panels', () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 0, max: 7 }), ({ quadRows, depth, panels, gap, seed }, more) => {
        const rows = 4 * quadRows;
        const steps = 8 * depth - more;
        const matrix = arena(seed);
        const a = matrix(steps, Math.ceil(rows / PANEL), gap);
        const b = matrix(steps, panels, gap);
        const c = matrix(rows, panels, gap);
        run.multiplyTransposed(a.address, a.stride, b.address, b.stride, c.address, c.stride, 0, rows, steps, panels);
        const term = (i: number, j: number, k: number) => a.at(k, i) * b.at(k, j);
        expect(largestError(c, rows, panels * PANEL, steps, term)).toBeLessThan(LARGEST_ERROR);
      }),
      { numRuns: 40 },
    );
  });

  it('adds to a start', () => {
    const matrix = arena('start');
    const [a, b, c, start] = [matrix(300, 2), matrix(300, 2), matrix(12, 2), matrix(12, 2)] as const;
    run.multiplyTransposed(a.address, a.stride, b.address, b.stride, c.address, c.stride, start.address, 12, 300, 2);
    const term = (i: number, j: number, k: number) => a.at(k, i) * b.at(k, j);
    expect(largestError(c, 12, 16, 300, term, start.at)).toBeLessThan(LARGEST_ERROR);
  });
});

describe('transpose', () => {
  it('turns rows into columns and pads with zeros', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(0, 8),
        (quadRows, quadColumns, gap) => {
          const [rows, columns] = [4 * quadRows, 4 * quadColumns];
          const matrix = arena('transpose');
          const source = matrix(rows, Math.ceil(columns / PANEL), gap);
          const target = matrix(columns, Math.ceil(rows / PANEL), gap);
          run.transpose(source.address, source.stride, target.address, target.stride, rows, columns);
          for (let row = 0; row < roundUp(rows, PANEL); row++) {
            for (let column = 0; column < columns; column++) {
              expect(target.at(column, row)).toBe(row < rows ? source.at(row, column) : 0);
            }
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});
