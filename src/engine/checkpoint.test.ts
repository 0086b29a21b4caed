import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LLAMA, type ModelConfig } from '../transformer/config.ts';
import { type Parameters, parameterShapes, sizeOf } from '../transformer/parameters.ts';
import { CheckpointError, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';

const config: ModelConfig = {
  vocabularySize: 5,
  contextLength: 4,
  layers: 2,
  heads: 1,
  width: 4,
  hiddenWidth: 3,
  ropeBase: 10_000,
  normEpsilon: 1e-5,
  ...LLAMA,
};

function numbers(start: number): Parameters {
  let next = start;
  return Object.fromEntries(
    parameterShapes(config).map(({ name, shape }) => [name, new Float32Array(sizeOf(shape)).map(() => 1 / next++)]),
  );
}

const MAGIC = new TextEncoder().encode('FTCK');
const state = { step: 12, parameters: numbers(3), firstMoments: numbers(500), secondMoments: numbers(900) };

describe('a checkpoint', () => {
  const bytes = encodeCheckpoint(config, state);

  it('gives back every bit', () => {
    expect(decodeCheckpoint(config, bytes)).toEqual(state);
  });

  it('can be read from the middle of a buffer', () => {
    const within = new Uint8Array(bytes.length + 3);
    within.set(bytes, 3);
    expect(decodeCheckpoint(config, within.subarray(3))).toEqual(state);
  });

  it.each([0, 3, 8, 50, bytes.length - 1])('is refused when cut to %i bytes', (length) => {
    expect(() => decodeCheckpoint(config, bytes.slice(0, length))).toThrow(CheckpointError);
  });

  it('is refused with bytes too many, other bytes, or another version', () => {
    expect(() => decodeCheckpoint(config, new Uint8Array([...bytes, 0]))).toThrow(/cut short or damaged/);
    expect(() => decodeCheckpoint(config, new Uint8Array(100))).toThrow(/do not begin with FTCK/);
    const newer = bytes.slice();
    newer[8 + '{"version":'.length] = '2'.charCodeAt(0);
    expect(() => decodeCheckpoint(config, newer)).toThrow(/version 2; this code reads version 1/);
  });

  it('names the first field of another model', () => {
    expect(() => decodeCheckpoint({ ...config, heads: 2 }, bytes)).toThrow(/another model: its heads is 1, not 2/);
    const kinds: [Partial<ModelConfig>, string][] = [
      [{ attention: 'relu' }, 'its attention is softmax, not relu'],
      [{ tiedHead: true }, 'its tiedHead is false, not true'],
      [{ window: { length: 4, first: 0 } }, 'its window is null, not {"length":4,"first":0}'],
    ];
    for (const [kind, message] of kinds) expect(() => decodeCheckpoint({ ...config, ...kind }, bytes)).toThrow(message);
  });

  it('compares windows field by field', () => {
    const windowed: ModelConfig = { ...config, window: { length: 3, first: 1 } };
    const saved = encodeCheckpoint(windowed, state);
    expect(decodeCheckpoint({ ...windowed, window: { first: 1, length: 3 } }, saved)).toEqual(state);
    const other = { ...windowed, window: { length: 3, first: 2 } };
    expect(() => decodeCheckpoint(other, saved)).toThrow(/another model: its window.first is 1, not 2/);
    expect(() => decodeCheckpoint(config, saved)).toThrow(/its window is {"length":3,"first":1}, not null/);
  });

  it('with some bytes changed, or any bytes at all, is read or refused, and nothing else is thrown', () => {
    const attempt = (candidate: Uint8Array) => {
      try {
        expect(Object.keys(decodeCheckpoint(config, candidate))).toEqual(Object.keys(state));
      } catch (error) {
        expect(error).toBeInstanceOf(CheckpointError);
      }
    };
    const changes = fc.array(fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 })), { maxLength: 4 });
    fc.assert(
      fc.property(changes, fc.nat({ max: bytes.length + 8 }), (list, length) => {
        const changed = new Uint8Array(length);
        changed.set(bytes.subarray(0, length));
        for (const [at, byte] of list) changed[at] = byte;
        attempt(changed);
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (rest) => attempt(new Uint8Array([...MAGIC, ...rest]))));
    const headers = fc.jsonValue().map((value) => new TextEncoder().encode(JSON.stringify(value)));
    fc.assert(
      fc.property(headers, (header) => {
        attempt(new Uint8Array([...MAGIC, header.length & 255, header.length >> 8, 0, 0, ...header]));
      }),
    );
  });

  it('is not parsed when its header claims to be longer than any is', () => {
    const long = bytes.slice();
    new DataView(long.buffer).setUint32(4, 0xffff_ffff, true);
    expect(() => decodeCheckpoint(config, long)).toThrow(/its header would have 4294967295 bytes/);
  });
});
