import { expect, test } from 'vitest';
import { finalAttentionByLayer } from './by-layer.ts';
import { runFixture } from './run.fixture.ts';

test('each layer’s heads are averaged at the last step, and the interval is over the seeds', () => {
  // Of the fixture at step 20: attention a = 0.45 + seed / 1000; layer one has a and a + 0.25, layer two a - 0.125 and a.
  const [first, second, ...more] = finalAttentionByLayer([runFixture(0), runFixture(2)], 'some');
  expect(more).toEqual([]);
  expect(first!.mean).toBeCloseTo(0.451 + 0.125, 12);
  expect(second!.mean).toBeCloseTo(0.451 - 0.0625, 12);
  expect(first!.low).toBeCloseTo(0.575, 12);
  expect(first!.high).toBeCloseTo(0.577, 12);
});
