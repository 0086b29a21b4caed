/** Where one more seed is to be expected, given those there are. */
import { mean } from './bootstrap.ts';

/** Student's t, 97.5 %, for 1 to 10 degrees of freedom (Student 1908; any table), and the normal limit beyond. */
const STUDENT = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];
const NORMAL = 1.96;

/**
 * The 95 % prediction interval of one more value: mean -+ t s sqrt(1 + 1/n), with s the standard deviation of the n values.
 * @throws {RangeError} for fewer than two values.
 */
export function expectedRange(values: readonly number[]): { low: number; high: number } {
  const n = values.length;
  if (n < 2) throw new RangeError('what to expect of another value takes at least two');
  const center = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - center) * (value - center), 0) / (n - 1);
  const reach = (STUDENT[n - 2] ?? NORMAL) * Math.sqrt(variance * (1 + 1 / n));
  return { low: center - reach, high: center + reach };
}
