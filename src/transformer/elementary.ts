/**
 * exp, log, sin and cos from `+ - * /` alone. IEEE 754 rounds these four alike everywhere, while the last bit of
 * `Math.exp` and its kin is left to each JavaScript engine; whatever reaches a result is therefore computed here.
 *
 * Reductions and polynomials are those of fdlibm (Sun Microsystems 1993, https://www.netlib.org/fdlibm/), whose errors
 * are below one unit in the last place.
 */

/** ln 2 in two parts; the first has trailing zero bits, so that a whole multiple of it is exact. */
const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;
const INVERSE_LN2 = 1.442695040888963387;

/** Beyond these e^x is infinite, or smaller than half the smallest number. */
const EXP_OVERFLOW = 7.09782712893383973096e2;
const EXP_UNDERFLOW = -7.4513321910194110842e2;

/** pi / 2 in three parts of 33 bits and the rest. */
const HALF_PI_1 = 1.57079632673412561417;
const HALF_PI_2 = 6.0771005063039659766e-11;
const HALF_PI_3 = 2.0222662487111664558e-21;
const HALF_PI_3_REST = 8.47842766036889956997e-32;
const INVERSE_HALF_PI = 6.36619772367581382433e-1;

/** Largest angle that the three-part reduction keeps exact to the last bits: 2^19 pi / 2. */
const LARGEST_ANGLE = 823_549;

/** 2^exponent, exact, for exponents of normal numbers (-1022 to 1023). */
function powerOfTwo(exponent: number): number {
  let factor = exponent < 0 ? 0.5 : 2;
  let result = 1;
  for (let left = Math.abs(exponent); left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= factor;
    factor *= factor;
  }
  return result;
}

/** e^x. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > EXP_OVERFLOW) return Number.POSITIVE_INFINITY;
  if (x < EXP_UNDERFLOW) return 0;
  const k = Math.round(x * INVERSE_LN2);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (1.66666666666666019037e-1 +
        t *
          (-2.77777777770155933842e-3 +
            t * (6.61375632143793436117e-5 + t * (-1.6533902205465251539e-6 + t * 4.13813679705723846039e-8))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  // In two factors, since 2^k alone is not a normal number at either end.
  const half = Math.trunc(k / 2);
  return y * powerOfTwo(half) * powerOfTwo(k - half);
}

/** Natural logarithm; NaN below zero. */
export function log(x: number): number {
  if (Number.isNaN(x) || x < 0) return Number.NaN;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY) return x;
  let k = 0;
  let mantissa = x;
  if (mantissa < powerOfTwo(-1022)) {
    mantissa *= powerOfTwo(54); // a subnormal number has no exponent of its own
    k = -54;
  }
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, mantissa);
  const highWord = view.getUint32(0);
  k += (highWord >>> 20) - 1023;
  view.setUint32(0, (highWord & 0xfffff) | 0x3ff00000);
  mantissa = view.getFloat64(0);
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    k += 1;
  }
  const f = mantissa - 1;
  const s = f / (2 + f);
  const z = s * s;
  const series =
    z *
    (6.66666666666673513e-1 +
      z *
        (3.999999999940941908e-1 +
          z *
            (2.857142874366239149e-1 +
              z *
                (2.222219843214978396e-1 +
                  z * (1.818357216161805012e-1 + z * (1.531383769920937332e-1 + z * 1.479819860511658591e-1))))));
  const halfSquare = 0.5 * f * f;
  return k * LN2_HIGH - (halfSquare - (s * (halfSquare + series) + k * LN2_LOW) - f);
}

/** base^exponent for a positive base, to |exponent ln base| units in the last place. */
export function power(base: number, exponent: number): number {
  return exp(exponent * log(base));
}

/** An angle as a multiple of pi / 2, 0 to 3, and the rest in two parts, at most pi / 4 in size. */
function reduceAngle(x: number): { quadrant: number; rest: number; tail: number } {
  if (!(Math.abs(x) <= LARGEST_ANGLE)) {
    throw new RangeError(`an angle must lie within ${LARGEST_ANGLE} radians of zero, not ${x}`);
  }
  const n = Math.round(x * INVERSE_HALF_PI);
  // Each product n * HALF_PI_i is exact; what a subtraction rounds away is caught in the next correction.
  const first = x - n * HALF_PI_1;
  const second = n * HALF_PI_2;
  const r = first - second;
  const third = n * HALF_PI_3;
  const r2 = r - third;
  const correction = n * HALF_PI_3_REST - (r - r2 - third) - (first - r - second);
  const rest = r2 - correction;
  const tail = r2 - rest - correction;
  return { quadrant: ((n % 4) + 4) % 4, rest, tail };
}

/** sin(x + tail) for |x| <= pi / 4. */
function sinNearZero(x: number, tail: number): number {
  const z = x * x;
  const v = z * x;
  const r =
    8.33333333332248946124e-3 +
    z *
      (-1.98412698298579493134e-4 +
        z * (2.75573137070700676789e-6 + z * (-2.50507602534068634195e-8 + z * 1.58969099521155010221e-10)));
  return x - (z * (0.5 * tail - v * r) - tail - v * -1.66666666666666324348e-1);
}

/** cos(x + tail) for |x| <= pi / 4. */
function cosNearZero(x: number, tail: number): number {
  const z = x * x;
  const r =
    z *
    (4.16666666666666019037e-2 +
      z *
        (-1.38888888888741095749e-3 +
          z *
            (2.48015872894767294178e-5 +
              z * (-2.75573143513906633035e-7 + z * (2.0875723212981748279e-9 + z * -1.13596475577881948265e-11)))));
  const halfSquare = 0.5 * z;
  const w = 1 - halfSquare;
  return w + (1 - w - halfSquare + (z * r - x * tail));
}

/**
 * Sine of an angle in radians.
 * @throws {RangeError} for an angle beyond 823,549 radians, where the reduction would lose its accuracy.
 */
export function sin(x: number): number {
  const { quadrant, rest, tail } = reduceAngle(x);
  const value = quadrant % 2 === 0 ? sinNearZero(rest, tail) : cosNearZero(rest, tail);
  return quadrant < 2 ? value : -value;
}

/**
 * Cosine of an angle in radians.
 * @throws {RangeError} for an angle beyond 823,549 radians, where the reduction would lose its accuracy.
 */
export function cos(x: number): number {
  const { quadrant, rest, tail } = reduceAngle(x);
  const value = quadrant % 2 === 0 ? cosNearZero(rest, tail) : sinNearZero(rest, tail);
  return quadrant === 1 || quadrant === 2 ? -value : value;
}
