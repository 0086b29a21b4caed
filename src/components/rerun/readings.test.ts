import { describe, expect, it } from 'vitest';
import type { Moment } from '../lab/protocol.ts';
import { type PublishedReadings, readingCurve, removalInWords, two } from './readings.ts';

const estimate = { mean: 0.31, low: 0.24, high: 0.37 };
const published = { 'loss-rise': estimate } as PublishedReadings;

function momentOf(step: number, rise: number): Moment {
  const measures = {
    'with/loss': 3,
    'without/loss': 3 + rise,
    'with/first-attention-above-chance': 0.4,
    'without/first-attention-above-chance': -0.02,
    'loss-rise': rise,
  };
  return { step, measures } as unknown as Moment;
}

describe('what pulling the token away does, in words', () => {
  it('tells loss and attention, and what it did to the published models', () => {
    expect(removalInWords(momentOf(1000, 0.25), published, false)).toBe(
      'At step 1,000, taking <bos> away raises its loss by 0.25 nats, from 3.00 to 3.25; attention to whatever stands ' +
        'first, less chance, goes from 0.40 to −0.02. In the published models, trained to the end, that adds 0.31 nats (0.24 to 0.37).',
    );
  });

  it('tells a fall, and no change, by their names', () => {
    expect(removalInWords(momentOf(10, -0.5), published, true)).toMatch(/lowers its loss by 0\.50.*a stranger\.$/);
    expect(removalInWords(momentOf(0, 0.001), published, false)).toContain('leaves its loss at 3.00 nats');
  });
});

it('a curve has the moments that were measured', () => {
  const moments = [momentOf(0, 0), momentOf(100, 0.1)];
  expect(readingCurve(moments, 'loss-rise')).toEqual([
    { step: 0, value: 0 },
    { step: 100, value: 0.1 },
  ]);
  expect(readingCurve(moments, 'another')).toEqual([]);
});

it('a number that rounds to zero has no sign', () => {
  expect([-0.001, 0.004, -0.25].map(two)).toEqual(['0.00', '0.00', '−0.25']);
});
