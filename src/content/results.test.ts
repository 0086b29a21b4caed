import { expect, test } from 'vitest';
import { syntheticResults } from '../../tests/figures/synthetic-results.ts';
import { experimentResults, findResults, quotedValue } from './results.ts';

const results = () => syntheticResults();

test('a value is found by its experiment and key', () => {
  expect(quotedValue('emergence/final/sink-rate-0.3', results)).toMatchObject({
    experiment: 'emergence',
    key: 'final/sink-rate-0.3',
    value: 0.5,
  });
});

test('an unknown key lists those that there are', () => {
  expect(() => quotedValue('emergence/final/sinks', results)).toThrow(
    /no value “final\/sinks”[\s\S]*\n {2}final\/chance\n/,
  );
  expect(() => quotedValue('emergence/toString', results)).toThrow(/no value “toString”/);
});

test('missing results name the command that makes them', () => {
  expect(() => experimentResults('no-such-experiment')).toThrow(
    /no-such-experiment\.json is missing[\s\S]*npm run pipeline -- run --only no-such-experiment/,
  );
});

test('an experiment that was not run yet has no results, and that is no error', () => {
  expect(findResults('no-such-experiment')).toBeUndefined();
});
