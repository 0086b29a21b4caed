/**
 * IEEE 754 half precision: 1 sign bit, 5 of exponent, 10 of mantissa. JavaScript has no such numbers everywhere yet
 * (`Float16Array` came in 2025), so they are made of the bits of float32.
 */

/** The largest finite number of half precision. */
export const LARGEST_FLOAT16 = 65_504;

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** From here on float32 rounds to infinity: halfway between 65,504 and the number that would come next. */
const OVERFLOW = 0x477ff000;
/** 2^-14, the smallest normal number of half precision, as bits of float32. */
const SMALLEST_NORMAL = 0x38800000;
/** What the exponents' biases, 127 and 15, differ by, where float32 has its exponent. */
const BIAS_DIFFERENCE = (127 - 15) << 23;
/** Steps between subnormal numbers are 2^-24. */
const SUBNORMAL_STEPS = 2 ** 24;

/**
 * The bits of the half-precision number nearest to a value (rounded to float32 first), ties to the even one. Beyond the
 * range it is an infinity; every NaN becomes the same one.
 */
export function toFloat16Bits(value: number): number {
  float[0] = value;
  const sign = (bits[0]! >>> 16) & 0x8000;
  const magnitude = bits[0]! & 0x7fffffff;
  if (magnitude > 0x7f800000) return 0x7e00;
  if (magnitude >= OVERFLOW) return sign | 0x7c00;
  if (magnitude < SMALLEST_NORMAL) return sign | roundToEven(Math.abs(float[0]!) * SUBNORMAL_STEPS);
  // Half of the last bit kept, less the smallest number where that bit is even already; a carry raises the exponent.
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - BIAS_DIFFERENCE) >>> 13);
}

/** The number of 16 bits, exactly. */
export function fromFloat16Bits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const magnitude = half & 0x7fff;
  if (magnitude < 0x0400) return (sign === 0 ? 1 : -1) * (magnitude / SUBNORMAL_STEPS);
  const finite = magnitude < 0x7c00;
  bits[0] = sign | (finite ? (magnitude << 13) + BIAS_DIFFERENCE : 0x7f800000 | (magnitude << 13));
  return float[0]!;
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
