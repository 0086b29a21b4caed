import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCheckpoint } from '../../engine/checkpoint.ts';
import type { Evaluation } from '../../results/schema.ts';
import { initialParameters } from '../../transformer/initialise.ts';
import type { LiveRun } from '../lab/protocol.ts';
import { LAB_DEFAULTS, type LabSettings } from './knobs.ts';
import { decodeRun, encodeRun, RunFileError } from './run-file.ts';
import { labSpecification } from './specification.ts';

const SETTINGS: LabSettings = { ...LAB_DEFAULTS, layers: 1, heads: 2, width: 8, contextLength: 8, steps: 4 };
const specificationOf = (settings: LabSettings) =>
  labSpecification(settings, { corpus: 'a', tokens: 16, characters: 16 });
const { model } = specificationOf(SETTINGS);

function evaluationAt(step: number): Evaluation {
  const rates = { '0.3': 0.5, '0.8': 0 };
  const sink = { sinkRate: rates, firstAttention: 0.4, firstAttentionAboveChance: 0.1 };
  return {
    ...{ step, tokens: step * 512, trainingLoss: step === 0 ? null : 2, validationLoss: 2.5, ...sink, prefix: sink },
    ...{ headFirstAttention: [[0.4, 0.4]], headFirstValueNorm: [[1, 0.5]], fingerprint: 'ab'.repeat(32) },
  };
}

function runAt(step: number): LiveRun<LabSettings> {
  const parameters = initialParameters(model, 0);
  const state = { step, parameters, firstMoments: parameters, secondMoments: parameters };
  const evaluations = [evaluationAt(0), evaluationAt(step)];
  const kept = { state: { step, lossSum: 0, evaluations, checkpoint: encodeCheckpoint(model, state) }, seconds: 1.5 };
  const maps = new Float32Array(2 * 8 * 8).fill(0.125);
  return {
    ...{ settings: SETTINGS, totalSteps: 4, losses: [3, 2.5], evaluations, moments: [], kept, threads: 1 },
    ...{ attention: { step, layers: 1, heads: 2, length: 8, maps }, labels: [...'abcdefgh'], triggers: [] },
    ...{ agreement: null, seconds: 1.5, tokensPerSecond: 1000 },
  };
}

const read = (bytes: Uint8Array) => decodeRun(bytes, specificationOf, () => null);
const BYTES = encodeRun({ live: runAt(2), text: null });
const HEADER_LENGTH = new DataView(BYTES.buffer).getUint32(4, true);

/** The file with its header changed. */
function withHeader(change: (header: Record<string, unknown>) => void): Uint8Array {
  const header = JSON.parse(new TextDecoder().decode(BYTES.subarray(8, 8 + HEADER_LENGTH)));
  change(header);
  const json = new TextEncoder().encode(JSON.stringify(header));
  const rest = BYTES.subarray(8 + HEADER_LENGTH);
  const bytes = new Uint8Array(8 + json.length + rest.length);
  bytes.set(BYTES.subarray(0, 4));
  new DataView(bytes.buffer).setUint32(4, json.length, true);
  bytes.set(json, 8);
  bytes.set(rest, 8 + json.length);
  return bytes;
}

describe('a saved run', () => {
  it('comes back with every bit', () => {
    expect(read(BYTES)).toEqual({ live: runAt(2), text: null });
  });

  it('leaves out what the run did after it was kept', () => {
    const later = { ...runAt(2), losses: [3, 2.5, 2], attention: { ...runAt(2).attention!, step: 3 } };
    expect(read(encodeRun({ live: later, text: null })).live).toEqual({ ...runAt(2), attention: null });
  });

  it('carries the reader’s own text', () => {
    const live = { ...runAt(2), settings: { ...SETTINGS, source: 'own' as const } };
    expect(read(encodeRun({ live, text: 'naïve — ☕\n' })).text).toBe('naïve — ☕\n');
    expect(() => read(encodeRun({ live, text: null }))).toThrow(/its text is not what its settings say/);
  });

  it('is not written before anything was kept', () => {
    expect(() => encodeRun({ live: { ...runAt(2), kept: null }, text: null })).toThrow(RunFileError);
  });

  it('says what is wrong with it', () => {
    const problem = (bytes: Uint8Array) => {
      try {
        read(bytes);
      } catch (error) {
        if (error instanceof RunFileError) return error.message;
        throw error;
      }
      return 'none';
    };
    expect(problem(new TextEncoder().encode('hello, I am no run'))).toMatch(/^it is no saved run of this page/);
    expect(problem(BYTES.subarray(0, BYTES.length - 5))).toMatch(/cut short or damaged/);
    expect(problem(BYTES.subarray(0, 100))).toMatch(/it is cut short/);
    expect(problem(withHeader((header) => Object.assign(header, { version: 2 })))).toMatch(/damaged.*version/);
    expect(problem(withHeader((header) => Object.assign(header, { extra: 1 })))).toMatch(/damaged/);
    expect(problem(withHeader((header) => Object.assign(header.settings as object, { layers: 7 })))).toMatch(
      /its setting “Layers” is none/,
    );
    expect(problem(withHeader((header) => Object.assign(header.settings as object, { width: 16 })))).toMatch(/damaged/);
    expect(problem(withHeader((header) => Object.assign(header, { losses: 1 })))).toMatch(/damaged/);
    expect(problem(withHeader((header) => Object.assign(header, { labels: ['a'] })))).toMatch(/another length/);
    expect(
      problem(withHeader((header) => Object.assign(header, { evaluations: [evaluationAt(2), evaluationAt(2)] }))),
    ).toMatch(/out of order/);
    expect(() => decodeRun(BYTES, specificationOf, () => 'It is too large.')).toThrow(/It is too large/);
  });

  it('reads any bytes into a run or a complaint, and into nothing else', () => {
    const damage = fc.record({
      at: fc.oneof(fc.nat(BYTES.length - 1), fc.nat(8 + HEADER_LENGTH)),
      value: fc.nat(255),
      length: fc.oneof(
        { weight: 3, arbitrary: fc.constant(BYTES.length) },
        { weight: 1, arbitrary: fc.nat(BYTES.length) },
      ),
    });
    const damaged = fc.array(damage, { minLength: 1, maxLength: 3 }).map((damages) => {
      const bytes = BYTES.slice(0, Math.min(...damages.map(({ length }) => length)));
      for (const { at, value } of damages) if (at < bytes.length) bytes[at] = value;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        try {
          const { live } = read(bytes);
          expect(live.losses).toHaveLength(live.kept!.state.step);
          expect(live.labels).toHaveLength(live.settings.contextLength);
        } catch (error) {
          expect(error).toBeInstanceOf(RunFileError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
