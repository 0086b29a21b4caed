import { describe, expect, it } from 'vitest';
import { LLAMA, type ModelConfig } from './config.ts';
import { ropeTables } from './rope.ts';

const config: ModelConfig = {
  vocabularySize: 8,
  contextLength: 512,
  layers: 1,
  heads: 2,
  width: 32,
  hiddenWidth: 8,
  ropeBase: 10_000,
  normEpsilon: 1e-5,
  ...LLAMA,
};

describe('ropeTables', () => {
  it('holds cos and sin of t * base^(-2i / Dh), rounded to float32', () => {
    const { cos, sin } = ropeTables(config);
    const pairs = 8;
    for (const t of [0, 1, 2, 63, 511]) {
      for (let i = 0; i < pairs; i++) {
        const angle = t * 10_000 ** ((-2 * i) / 16);
        expect(Math.abs(cos[t * pairs + i]! - Math.cos(angle))).toBeLessThan(1e-7);
        expect(Math.abs(sin[t * pairs + i]! - Math.sin(angle))).toBeLessThan(1e-7);
      }
    }
  });

  it('starts the same for every length', () => {
    const [short, long] = [ropeTables(config, 5), ropeTables(config, 50)];
    expect(long.cos.subarray(0, short.cos.length)).toEqual(short.cos);
    expect(long.sin.subarray(0, short.sin.length)).toEqual(short.sin);
  });
});
