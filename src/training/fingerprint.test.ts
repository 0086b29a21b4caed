import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { LLAMA, type ModelConfig } from '../transformer/config.ts';
import { type Parameters, parameterShapes, sizeOf } from '../transformer/parameters.ts';
import { fingerprint } from './fingerprint.ts';

const config: ModelConfig = {
  vocabularySize: 300,
  contextLength: 4,
  layers: 1,
  heads: 1,
  width: 64,
  hiddenWidth: 8,
  ropeBase: 10_000,
  normEpsilon: 1e-5,
  ...LLAMA,
};

function ramp(): Parameters {
  let next = 0;
  return Object.fromEntries(
    parameterShapes(config).map(({ name, shape }) => [
      name,
      Float32Array.from({ length: sizeOf(shape) }, () => next++ / 7),
    ]),
  );
}

/** The same by Node's own SHA-256 over one buffer. */
function expected(parameters: Parameters, previous = ''): string {
  const hash = createHash('sha256').update(Buffer.from(previous, 'hex'));
  for (const { name } of parameterShapes(config)) {
    const values = parameters[name]!;
    const bytes = Buffer.alloc(values.length * 4);
    values.forEach((value, i) => {
      bytes.writeFloatLE(value, i * 4);
    });
    hash.update(bytes);
  }
  return hash.digest('hex');
}

describe('fingerprint', () => {
  it("agrees with Node's SHA-256, also for tensors longer than a block, and chains", () => {
    const parameters = ramp();
    expect(parameters.embedding!.length).toBeGreaterThan(16_384);
    const first = fingerprint(config, parameters);
    expect(first).toBe(expected(parameters));
    expect(fingerprint(config, parameters, first)).toBe(expected(parameters, first));
  });

  it('depends on the order of shapes, not on that of the object', () => {
    const parameters = ramp();
    const reversed = Object.fromEntries(Object.entries(parameters).reverse());
    expect(fingerprint(config, reversed)).toBe(fingerprint(config, parameters));
  });

  it('sees one bit, the sign of zero included', () => {
    const parameters = ramp();
    const before = fingerprint(config, parameters);
    parameters.head![5] = parameters.head![5]! * (1 + 2 ** -23);
    expect(fingerprint(config, parameters)).not.toBe(before);
    const zero = ramp();
    zero.embedding![0] = -0;
    expect(fingerprint(config, zero)).not.toBe(before);
  });

  it('takes every NaN for the same', () => {
    const [plain, odd] = [ramp(), ramp()];
    new Uint32Array(plain.norm!.buffer)[3] = 0x7fc00000;
    new Uint32Array(odd.norm!.buffer)[3] = 0xffc12345;
    expect(fingerprint(config, odd)).toBe(fingerprint(config, plain));
  });

  it('names a tensor that is missing or of another size', () => {
    const { norm: _, ...missing } = ramp();
    expect(() => fingerprint(config, missing)).toThrow('parameter norm should hold 64 numbers, it holds none');
    expect(() => fingerprint(config, { ...ramp(), norm: new Float32Array(3) })).toThrow('it holds 3');
  });
});
