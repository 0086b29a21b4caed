import { expect, test } from 'vitest';
import { formatInterval, formatQuotable } from './number-format.ts';

test.each([
  [{ value: 71424, format: 'integer', digits: 0 }, '71,424'],
  [{ value: 1234567.5, format: 'fraction', digits: 1 }, '1,234,567.5'],
  [{ value: 0.3725, format: 'percent', digits: 1 }, '37.3\u202f%'],
  [{ value: 3.3456, format: 'nats', digits: 2 }, '3.35 nats'],
  [{ value: -0.25, format: 'fraction', digits: 2 }, '\u22120.25'],
  [{ value: -0.001, format: 'fraction', digits: 2 }, '0.00'],
  [{ value: 0.12345678, format: 'ratio', digits: 6 }, '0.123457'],
] as const)('%o is written %s', (quotable, text) => {
  expect(formatQuotable(quotable)).toBe(text);
});

test('an interval is written with one unit, and not at all where there is none', () => {
  expect(formatInterval({ value: 0.5, low: 0.25, high: 0.75, format: 'percent', digits: 0 })).toBe('25 to 75\u202f%');
  expect(formatInterval({ value: 0.5, format: 'percent', digits: 0 })).toBeUndefined();
});
