import { describe, expect, it } from 'vitest';
import {
  DEFAULTS,
  inWords,
  KNOBS,
  layerInWords,
  PRESETS,
  presetOf,
  runMachine,
  viewOf,
  withPreset,
} from './machine.ts';

describe('presets', () => {
  it('are recognised, and anything else is none of them', () => {
    for (const { id } of PRESETS) expect(presetOf(withPreset(DEFAULTS, id))).toBe(id);
    expect(presetOf({ ...DEFAULTS, skip: 0.5 })).toBeNull();
  });
});

it('every corner of the knobs can be run, and its points stay in view', () => {
  for (const end of ['min', 'max'] as const) {
    for (const sink of [KNOBS.sink.min, KNOBS.sink.max]) {
      for (const skip of [KNOBS.skip.min, KNOBS.skip.max]) {
        const { layers, tokens, heads } = KNOBS;
        const settings = { layers: layers[end], tokens: tokens[end], heads: heads[end], sink, skip };
        const { points, measured } = runMachine(settings);
        const { reach } = viewOf(settings.tokens);
        for (const [x, y] of points.flat())
          expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(reach + 1e-9);
        for (const values of measured) expect(Object.values(values).every(Number.isFinite)).toBe(true);
      }
    }
  }
});

it('words name what the picture shows', () => {
  const run = runMachine(DEFAULTS);
  expect(inWords(run, 0)).toMatch(/^Before the first layer, 16 tokens: distance to their mean \d/);
  expect(inWords(run, 12)).toMatch(/^After layer 12 of 12.* from /);
  expect(layerInWords(run)).toContain('50\u202f%');
  expect(layerInWords(runMachine({ ...DEFAULTS, sink: 0.5 }))).toContain('only makes all vectors smaller');
  expect(layerInWords(runMachine({ ...DEFAULTS, skip: 1 }))).toMatch(/keeps 50\u202f%.*75\u202f%/);
});
