import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averageOnce, keptShare, leftInTheLongRun, type Settings, statesOf, tokenVectors, WIDTH } from './averaging.ts';
import { measure } from './depth-measures.ts';

const settings: fc.Arbitrary<Settings> = fc.record({
  tokens: fc.integer({ min: 2, max: 12 }),
  layers: fc.integer({ min: 1, max: 8 }),
  heads: fc.integer({ min: 1, max: 4 }),
  sink: fc.integer({ min: 0, max: 95 }).map((percent) => percent / 100),
  skip: fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
});

/** The layer as its definition says it: every head by itself, the sink as a token with value zero, no scale taken out. */
function literalLayer(states: Float64Array, { heads, sink, skip }: Settings): Float64Array {
  const next = states.map((value) => skip * value);
  const tokens = states.length / WIDTH;
  for (let head = 0; head < heads; head++) {
    for (let i = 0; i < tokens; i++) {
      const weights = [sink, ...Array.from({ length: i + 1 }, () => (1 - sink) / (i + 1))];
      expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
      for (let j = 0; j <= i; j++) {
        for (let c = 0; c < WIDTH; c++) next[i * WIDTH + c]! += weights[j + 1]! * states[j * WIDTH + c]!;
      }
    }
  }
  return next;
}

describe('a layer', () => {
  it('is the definition up to one factor for all tokens', () => {
    fc.assert(
      fc.property(settings, (chosen) => {
        const start = tokenVectors(chosen.tokens);
        const factor = chosen.skip + chosen.heads * (1 - chosen.sink);
        const literal = literalLayer(start, chosen);
        averageOnce(start, keptShare(chosen)).forEach((value, i) => {
          expect(value * factor).toBeCloseTo(literal[i]!, 10);
        });
      }),
    );
  });

  it('leaves the first token, and leaves tokens alone that are alike', () => {
    const start = tokenVectors(5);
    expect(averageOnce(start, 0.3).subarray(0, WIDTH)).toEqual(start.subarray(0, WIDTH));
    const alike = Float64Array.from({ length: 4 * WIDTH }, (_, i) => 1 + (i % WIDTH));
    averageOnce(alike, 0.25).forEach((value, i) => {
      expect(value).toBeCloseTo(alike[i]!, 12);
    });
  });

  it('cannot write nothing and keep nothing', () => {
    expect(() => keptShare({ tokens: 4, layers: 1, heads: 1, sink: 1, skip: 0 })).toThrow(RangeError);
  });
});

describe('what the page says of mixing', () => {
  const at = (change: Partial<Settings>) =>
    statesOf({ tokens: 16, layers: 32, heads: 1, sink: 0, skip: 0, ...change }).map(measure);

  it('attention alone brings all tokens to the first', () => {
    const states = statesOf({ tokens: 8, layers: 64, heads: 2, sink: 0.5, skip: 0 }).at(-1)!;
    states.forEach((value, i) => {
      expect(value).toBeCloseTo(states[i % WIDTH]!, 9);
    });
    const { residual, rank, lastTwo } = measure(states);
    expect(residual).toBeLessThan(1e-9);
    expect(rank).toBeCloseTo(1, 6);
    expect(lastTwo).toBeLessThan(1e-9);
  });

  it('a skip connection slows it, a sink slows it further, more heads hasten it', () => {
    const alone = at({});
    const skip = at({ skip: 1 });
    const sink = at({ skip: 1, sink: 0.8 });
    const heads = at({ skip: 1, heads: 8 });
    for (const layer of [4, 12, 32]) {
      expect(alone[layer]!.residual).toBeLessThan(heads[layer]!.residual);
      expect(heads[layer]!.residual).toBeLessThan(skip[layer]!.residual);
      expect(skip[layer]!.residual).toBeLessThan(sink[layer]!.residual);
      expect(skip[layer]!.rank).toBeLessThan(sink[layer]!.rank);
    }
  });

  it('a sink without a skip connection changes no measure', () => {
    expect(at({ sink: 0.9 })).toEqual(at({}));
  });

  it('in the long run a layer leaves (1 + kappa) / 2 of the difference', () => {
    // Enough layers for the slowest difference to be all there is, too few for it to drown in rounding.
    const machines = [
      { skip: 0, layers: 25 },
      { skip: 1, layers: 90 },
      { skip: 1, sink: 0.8, heads: 3, layers: 120 },
    ];
    for (const machine of machines) {
      const full: Settings = { tokens: 6, heads: 1, sink: 0, ...machine };
      const [before, after] = statesOf(full).slice(-2).map(measure);
      expect(after!.residual / before!.residual).toBeCloseTo(leftInTheLongRun(keptShare(full)), 3);
    }
  });
});

it('the tokens of a shorter sequence begin a longer one, and have unit variance', () => {
  expect(tokenVectors(64).subarray(0, 5 * WIDTH)).toEqual(tokenVectors(5));
  const vectors = tokenVectors(500);
  expect(vectors.reduce((sum, value) => sum + value, 0) / vectors.length).toBeCloseTo(0, 1);
  expect(vectors.reduce((sum, value) => sum + value * value, 0) / vectors.length).toBeCloseTo(1, 1);
});
