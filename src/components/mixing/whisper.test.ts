import { expect, it } from 'vitest';
import { DEFAULT_CHOICE, readPaths, whisperInWords, writtenSum } from './whisper.ts';

it('reads the sum at every setting of the sink, that of the choice among them', () => {
  const reading = readPaths({ ...DEFAULT_CHOICE, sink: 0.4 });
  expect(reading.bySink).toHaveLength(20);
  expect(reading.bySink.find(({ sink }) => Math.abs(sink - 0.4) < 1e-9)!.sum).toBeCloseTo(reading.sum, 10);
  expect(Math.max(...reading.edges.map(({ through }) => through))).toBeLessThanOrEqual(reading.scale);
});

it('says how many, how much, and what it would be without the sink', () => {
  const plain = readPaths(DEFAULT_CHOICE);
  expect(whisperInWords(plain)).toContain(
    `36 paths lead from “tell” to “you” through 3 layers. Together they weigh ${writtenSum(plain.sum)}.`,
  );
  expect(whisperInWords(plain)).not.toContain('Without the sink');
  expect(whisperInWords(readPaths({ ...DEFAULT_CHOICE, sink: 0.8 }))).toContain(
    `Without the sink the sum would be ${writtenSum(plain.sum)}.`,
  );
});

it('says that nothing is heard before it is said, and speaks of one path as one', () => {
  expect(whisperInWords(readPaths({ ...DEFAULT_CHOICE, source: 5, target: 2 }))).toMatch(
    /^No path leads from “I” to “no”/,
  );
  expect(whisperInWords(readPaths({ ...DEFAULT_CHOICE, source: 2, target: 2 }))).toMatch(
    /^One path leads from “no” to “no”/,
  );
});
