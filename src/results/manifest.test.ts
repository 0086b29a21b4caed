import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseManifest } from './manifest.ts';

const file = { path: 'results/index.json', bytes: 3, sha256: 'a'.repeat(64) };

it('a manifest of whatever text is read or refused in words, and its paths lead nowhere but into the site', () => {
  const wild = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(...Object.values(file), '../a', '//b', 'a//b', 'a/./b', 'https://c', 'd?e', 'f#g', '%2e%2e/h'),
  );
  const entry = fc.record({ path: wild, bytes: wild, sha256: wild, unpackedSha256: wild }, { requiredKeys: [] });
  const entries = fc.array(fc.oneof(fc.constant(file), entry, wild), { maxLength: 4 });
  const texts = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({
        schemaVersion: fc.oneof(fc.constant(1), wild),
        versions: fc.oneof(fc.constant([]), wild),
        files: entries,
      })
      .map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(texts, (text) => {
      try {
        for (const { path } of parseManifest(text).files) {
          const address = new URL(path, 'https://site.example/sub/');
          expect(address.href).toBe(`https://site.example/sub/${path}`);
        }
      } catch (error) {
        expect((error as Error).message).toMatch(/manifest/);
      }
    }),
    { numRuns: 500 },
  );
});
