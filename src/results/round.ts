/**
 * Rounding of what is exported. Engines compute in float32, some 7 digits; a seventh in a file would claim more than a
 * number carries and make files larger.
 */

const SIGNIFICANT_DIGITS = 6;

/** Rounded to 6 significant digits; whole numbers (steps, tokens) are exact and stay so. */
export function roundNumber(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(SIGNIFICANT_DIGITS));
}

/** A copy of plain data with every number rounded by `roundNumber`. */
export function roundNumbers<T>(value: T): T {
  if (typeof value === 'number') return roundNumber(value) as T;
  if (Array.isArray(value)) return value.map(roundNumbers) as T;
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, roundNumbers(part)])) as T;
  }
  return value;
}
