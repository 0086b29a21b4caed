import { beforeAll, describe, expect, it } from 'vitest';
import { randomParameters } from '../../src/engine/engine.fixture.ts';
import { TOKEN_CLASSES, tokenClassLabel } from '../../src/measures/no-op-classes.ts';
import type { Measured, Run } from '../../src/results/schema.ts';
import { windowsAt } from '../../src/training/text/packing.ts';
import { randomGenerator } from '../../src/transformer/random.ts';
import { changed, QUICK } from '../experiments/models.ts';
import type { TrainedModel } from './analysis.ts';
import { HEAD_COLUMNS, noOp } from './no-op.ts';
import { ablations } from './no-op-ablation.ts';
import { switches } from './no-op-switches.ts';
import { openModel } from './open-model.ts';

const { model, ...rest } = changed(QUICK.specification, { model: { layers: 1, width: 16, hiddenWidth: 16 } });
const T = model.contextLength;
const H = model.heads;

let trained: TrainedModel;

/** Untrained numbers, large enough that attention is far from uniform. */
beforeAll(async () => {
  const evaluations = [{ headFirstAttention: [[0.1, 0.5, 0.2, 0.4]], headFirstValueNorm: [[1, 0.1, 0.8, 0.2]] }];
  const run = { specification: { ...rest, model, seed: 0 }, evaluations } as unknown as Run;
  trained = await openModel(run, randomParameters(model, 'no-op', 0.5));
}, 60_000);

/** The model with a first token that has no embedding, so that its values are zero in the only layer. */
function silent(): TrainedModel {
  const embedding = trained.parameters.embedding!.slice();
  embedding.fill(0, trained.tokenizer.bos * model.width, (trained.tokenizer.bos + 1) * model.width);
  return { ...trained, parameters: { ...trained.parameters, embedding } };
}

describe('the no-op of a model', () => {
  let measured: Measured;
  beforeAll(async () => {
    measured = await noOp.measure(trained);
  }, 120_000);

  it('sorts heads by their attention to the first token', () => {
    const table = measured.heads as number[][];
    expect(table.map((row) => row.slice(0, 2))).toEqual([
      [0.5, 0.1],
      [0.4, 0.2],
      [0.2, 0.8],
      [0.1, 1],
    ]);
    expect(table.every((row) => row.length === HEAD_COLUMNS.length && row.every(Number.isFinite))).toBe(true);
    expect(measured['spearman/value-norm']).toBeCloseTo(-1, 12);
    expect(measured['sinking-heads/share']).toBe(0.5);
    expect(measured['strongest-quarter/attention']).toBe(0.5);
    for (const [, , off, share, whole] of table) {
      expect(off).toBeLessThanOrEqual(1);
      expect(share).toBeLessThanOrEqual(1);
      expect(share).toBeLessThanOrEqual(whole!); // parts can only cancel
    }
  });

  it('has finite numbers alone', () => {
    expect(Object.values(measured).flat(2).every(Number.isFinite)).toBe(true);
  });
});

describe('a first token without values', () => {
  let measured: Measured;
  beforeAll(async () => {
    measured = await noOp.measure(silent());
  }, 120_000);

  it('writes nothing, costs nothing to silence and much to fill, while masking it moves attention to others', () => {
    const column = HEAD_COLUMNS.indexOf('firstShare');
    expect((measured.heads as number[][]).map((row) => row[column])).toEqual([0, 0, 0, 0]);
    expect(measured['ablation/zero-first']).toBe(0);
    for (const name of ['mask-first', 'ordinary-first', 'zero-ordinary']) {
      expect(Math.abs(measured[`ablation/${name}`] as number)).toBeGreaterThan(1e-4);
    }
    expect(measured['ablation/attention-first']).toBeGreaterThan(0);
  });
});

describe('ablations', () => {
  it('measure the untouched model at the second half of windows', () => {
    const packed = trained.heldOut(rest.data);
    const [one, two] = [[0], [0, 5000]].map((offsets) => ablations(trained, windowsAt(packed, offsets, T)));
    expect(one!['ablation/loss']).not.toBe(two!['ablation/loss']);
    expect(ablations(trained, windowsAt(packed, [0], T))).toEqual(one);
  });
});

describe('switches', () => {
  const label = (token: number) => trained.tokenizer.label(token);

  /** Heads of noise, but one that attends to the first token unless a token of the class stands at the offset. */
  function planted(offset: number, holds: (text: string) => boolean) {
    const packed = trained.heldOut(rest.data);
    const text = windowsAt(
      packed,
      Array.from({ length: 40 }, (_, i) => i * 4000),
      T,
    );
    const { uniform } = randomGenerator('planted');
    const heads = Array.from({ length: H }, (_, head) => {
      const first = Array.from({ length: 40 * (T / 2) }, (_, query) => {
        const at = Math.floor(query / (T / 2)) * T + T / 2 + (query % (T / 2)) - offset;
        const token = trained.tokenizer.decode([text.inputs[at]!]);
        return 0.05 * uniform() + (head !== 2 ? 0.4 : holds(token) ? 0.1 : 0.8);
      });
      return { layer: 0, head, first };
    });
    return switches(trained, text, heads);
  }

  it.each([0, 1])('finds the head and the class that were planted, %i places before', (offset) => {
    const { holds } = TOKEN_CLASSES[1]!;
    const measured = planted(offset, holds);
    expect(measured['switch/strongest/head']).toBe(2);
    expect(measured['switch/strongest/offset']).toBe(offset);
    expect(tokenClassLabel(measured['switch/strongest/class'] as number, label)).toBe('continues a word');
    expect(measured['switch/strongest/explained']).toBeGreaterThan(0.95);
    expect(measured['switch/strongest/inside']).toBeCloseTo(0.125, 2);
    expect(measured['switch/strongest/outside']).toBeCloseTo(0.825, 2);
    expect(measured['switch/strongest/null']).toBeLessThan(0.3);
    const row = (measured[`switch/${offset === 0 ? 'current' : 'previous'}`] as number[][])[1]!;
    expect(row[0]).toBe(measured['switch/strongest/explained']);
    const shares = measured['switch/explained'] as number[];
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(shares[1]).toBeLessThan(0.1);
  });

  it('finds a single token', () => {
    const measured = planted(1, (text) => text === ' the');
    expect(tokenClassLabel(measured['switch/strongest/class'] as number, label)).toBe('is “␣the”');
    expect(measured['switch/strongest/offset']).toBe(1);
  });
});
