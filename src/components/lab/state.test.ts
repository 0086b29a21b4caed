import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changedKnobs,
  choicesOf,
  KNOB_NAMES,
  KNOBS,
  type Knob,
  type KnobName,
  readAddress,
  type Settings,
  writeAddress,
} from './state.ts';

const DEFAULTS: Settings = {
  ...{ seed: 7, contextLength: 16, layers: 2, heads: 4, width: 40, steps: 600, sequencesPerStep: 64 },
  ...{ peakLearningRate: 0.0125, bos: 'fixed', mask: 'causal', device: 'wasm' },
};

function anyValue(name: KnobName): fc.Arbitrary<number | string> {
  const knob: Knob = KNOBS[name] as Knob;
  if (knob.kind === 'whole') return fc.integer({ min: knob.min, max: knob.max });
  if (knob.kind === 'real') return fc.double({ min: knob.min, max: knob.max, noNaN: true });
  return fc.constantFrom(...choicesOf(knob, DEFAULTS[name]).map(({ value }) => value));
}

const anySettings = fc.record(
  Object.fromEntries(KNOB_NAMES.map((name) => [name, anyValue(name)])),
) as unknown as fc.Arbitrary<Settings>;

describe('the address', () => {
  it('gives back every settings that can be made', () => {
    fc.assert(
      fc.property(anySettings, (settings) => {
        const query = writeAddress(settings, DEFAULTS);
        expect(readAddress(query, DEFAULTS)).toEqual({ settings, complaints: [] });
      }),
    );
  });

  it('holds what differs from the defaults and nothing else', () => {
    expect(writeAddress(DEFAULTS, DEFAULTS)).toBe('');
    expect(writeAddress({ ...DEFAULTS, seed: 3, bos: 'none' }, DEFAULTS)).toBe('?rerun=1&seed=3&bos=none');
  });

  it('leaves what belongs to others as it is, and takes its own keys away when nothing differs', () => {
    expect(writeAddress({ ...DEFAULTS, layers: 4 }, DEFAULTS, '?note=2&layers=3')).toBe('?note=2&rerun=1&layers=4');
    expect(writeAddress(DEFAULTS, DEFAULTS, '?note=2&rerun=1&layers=3')).toBe('?note=2');
  });

  it('never throws and always gives settings that the knobs take, whatever it holds', () => {
    const anyQuery = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.tuple(fc.constantFrom('rerun', ...KNOB_NAMES.map((name) => KNOBS[name].key)), fc.string()))
        .map((pairs) => `?${pairs.map(([key, value]) => `${key}=${value}`).join('&')}`),
    );
    fc.assert(
      fc.property(anyQuery, (query) => {
        const { settings } = readAddress(query, DEFAULTS);
        expect(readAddress(writeAddress(settings, DEFAULTS), DEFAULTS)).toEqual({ settings, complaints: [] });
      }),
    );
  });

  it('says which knob could not be read, what it takes and what is used', () => {
    const { settings, complaints } = readAddress('?rerun=1&seed=abc&layers=99&rate=-1&bos=fixed', DEFAULTS);
    expect(settings).toEqual(DEFAULTS);
    expect(complaints).toEqual([
      'seed=abc is not a whole number from 0 to 4294967295; using 7',
      'rate=-1 is not a number from 0.00001 to 0.1; using 0.0125',
      'layers=99 is not one of 1, 2, 3, 4, 6, 8; using 2',
    ]);
  });

  it.each(['4294967296', '-1', '1.5', '1e3', '', ' 3', '٣', '0x10', 'Infinity', 'NaN'])(
    'does not take seed “%s”',
    (seed) => {
      const { settings, complaints } = readAddress(`?seed=${encodeURIComponent(seed)}`, DEFAULTS);
      expect(settings.seed).toBe(7);
      expect(complaints).toHaveLength(1);
    },
  );

  it('quotes long nonsense by its beginning', () => {
    const [complaint] = readAddress(`?seed=${'9'.repeat(5000)}`, DEFAULTS).complaints;
    expect(complaint!.length).toBeLessThan(150);
  });

  it('complains of a knob given twice and of another version', () => {
    expect(readAddress('?rerun=2&seed=1&seed=2', DEFAULTS).complaints).toEqual([
      'rerun=2 is an address of another version than this page’s, 1; using what can be read of it',
      'seed is given 2 times; using 7',
    ]);
  });
});

describe('the table of knobs', () => {
  it('gives each knob a key of its own', () => {
    expect(new Set(KNOB_NAMES.map((name) => KNOBS[name].key)).size).toBe(KNOB_NAMES.length);
  });

  it('takes a published value that it does not list, in its place among the others', () => {
    expect(choicesOf(KNOBS.width, 40).map(({ value }) => value)).toEqual([16, 32, 40, 48, 64, 96, 128]);
    expect(changedKnobs({ ...DEFAULTS, width: 48 }, DEFAULTS)).toEqual(['width']);
  });
});
