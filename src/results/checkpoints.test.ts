import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkpointPath, readCheckpointList } from './checkpoints.ts';

const entry = { run: '0123456789abcdef', step: 500, bytes: 12, sha256: 'a'.repeat(64) };
const listOf = (...checkpoints: object[]) => JSON.stringify({ schemaVersion: 1, checkpoints });

describe('the list of checkpoints', () => {
  it('is read, and every entry has a path of its own', () => {
    expect(readCheckpointList(listOf(entry), 'index.json')).toEqual([entry]);
    expect(checkpointPath(entry)).toBe('checkpoints/0123456789abcdef/500.ftck');
  });

  it.each([
    ['{"schemaVersion": 1, "chec', /cut short/],
    [listOf({ ...entry, run: '../../etc/passwd00' }), /entry 1 has no proper run/],
    [listOf({ ...entry, bytes: 1e9 }), /entry 1 has no proper/],
    [JSON.stringify({ schemaVersion: 2, checkpoints: [] }), /schema version 2/],
  ])('is refused when it is %s', (text, message) => {
    expect(() => readCheckpointList(text, 'index.json')).toThrow(message);
  });

  it('of whatever text is read or refused with the name of the file, and leads nowhere else', () => {
    const values = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .record({
          schemaVersion: fc.constant(1),
          checkpoints: fc.array(
            fc.record({ run: fc.oneof(fc.string(), fc.constant(entry.run)), step: fc.integer(), bytes: fc.integer() }),
          ),
        })
        .map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(values, (text) => {
        try {
          for (const found of readCheckpointList(text, 'index.json')) {
            expect(checkpointPath(found)).toMatch(/^checkpoints\/[0-9a-f]{16}\/[1-9]\d*\.ftck$/);
          }
        } catch (error) {
          expect((error as Error).message).toMatch(/^index\.json: /);
        }
      }),
    );
  });
});
