import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';

const before = fc.readConfigureGlobal();
afterEach(() => {
  vi.unstubAllEnvs();
  fc.configureGlobal(before);
});

/** Three examples after the setting of this seed was read. */
async function examples(seed: string | undefined): Promise<number[]> {
  vi.stubEnv('PROPERTY_SEED', seed);
  fc.configureGlobal({});
  vi.resetModules();
  await import('./property-seed.ts');
  const drawn: number[] = [];
  fc.assert(
    fc.property(fc.integer(), (value) => {
      drawn.push(value);
    }),
    { numRuns: 3 },
  );
  return drawn;
}

test('the same seed draws the same examples, another draws others', async () => {
  const first = await examples('1');
  expect(await examples('1')).toEqual(first);
  expect(await examples('2')).not.toEqual(first);
});

test('without a seed every run draws anew', async () => {
  const first = await examples(undefined);
  expect(await examples(undefined)).not.toEqual(first);
});

test.each(['', 'x', '1.5'])('a seed of %j is refused with what to give instead', async (seed) => {
  await expect(examples(seed)).rejects.toThrow(`PROPERTY_SEED takes a whole number, not "${seed}"`);
});
