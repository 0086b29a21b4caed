import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choicesOf, type Knob } from '../lab/state.ts';
import { asksForSettings, LONGEST_QUERY, labAddress, readLabAddress } from './address.ts';
import { LAB_DEFAULTS, LAB_KNOB_NAMES, LAB_KNOBS, type LabSettings } from './knobs.ts';

function anyValue(knob: Knob): fc.Arbitrary<string | number> {
  if (knob.kind === 'choice')
    return fc.constantFrom(...choicesOf(knob, knob.choices[0]!.value).map(({ value }) => value));
  if (knob.kind === 'whole') return fc.integer({ min: knob.min, max: knob.max });
  return fc.double({ min: knob.min, max: knob.max, noNaN: true });
}

const anySettings = fc.record(
  Object.fromEntries(LAB_KNOB_NAMES.map((name) => [name, anyValue(LAB_KNOBS[name] as Knob)])),
) as unknown as fc.Arbitrary<LabSettings>;

describe('the laboratory’s address', () => {
  it('gives every settings back, without a complaint and within its length', () => {
    fc.assert(
      fc.property(anySettings, (settings) => {
        const query = labAddress(settings);
        expect(query.length).toBeLessThan(LONGEST_QUERY);
        expect(readLabAddress(query)).toEqual({ settings, complaints: [] });
      }),
    );
  });

  it('says nothing of what stands at its default', () => {
    expect(labAddress(LAB_DEFAULTS)).toBe('?');
    expect(asksForSettings(labAddress(LAB_DEFAULTS))).toBe(false);
    expect(labAddress({ ...LAB_DEFAULTS, layers: 4 })).toBe('?lab=1&layers=4');
  });

  it('names each value that cannot be, what could, and what stands in its place', () => {
    const { settings, complaints } = readLabAddress('?lab=1&layers=5&seed=-1&attention=linear&heads=4&heads=8');
    expect(settings).toEqual(LAB_DEFAULTS);
    expect(complaints).toEqual([
      'layers=5 is not one of 1, 2, 3, 4, 6, 8, 12; using 2',
      'heads is given 2 times; using 4',
      expect.stringMatching(/^attention=linear is not one of softmax, .*; using softmax$/),
      'seed=-1 is not a whole number from 0 to 4294967295; using 0',
    ]);
  });

  it('names a knob that there is not, an address of another version, and one that is too long', () => {
    expect(readLabAddress('?lab=1&layer=3').complaints).toEqual(['layer is no knob; it is left out']);
    expect(readLabAddress('?lab=9').complaints[0]).toMatch(/^lab=9 is an address of another version/);
    const long = readLabAddress(`?lab=1&layers=4&x=${'y'.repeat(LONGEST_QUERY)}`);
    expect(long.settings).toEqual(LAB_DEFAULTS);
    expect(long.complaints).toEqual([expect.stringMatching(/using none of them$/)]);
  });

  it('reads anything at all into settings that every knob takes', () => {
    const key = fc.oneof(fc.string(), fc.constantFrom(...Object.values(LAB_KNOBS).map((knob) => knob.key), 'lab'));
    const value = fc.oneof(fc.string(), fc.double().map(String), fc.constantFrom('__proto__', '1e400', '-0', ' 4'));
    fc.assert(
      fc.property(fc.array(fc.tuple(key, value), { maxLength: 12 }), fc.string(), (pairs, noise) => {
        const query = `?${pairs.map(([k, v]) => `${encodeURIComponent(k)}=${v}`).join('&')}${noise}`;
        const { settings } = readLabAddress(query);
        expect(Object.keys(settings).sort()).toEqual([...LAB_KNOB_NAMES].sort());
        // What was read can be written and read again.
        expect(readLabAddress(labAddress(settings))).toEqual({ settings, complaints: [] });
      }),
    );
  });
});
