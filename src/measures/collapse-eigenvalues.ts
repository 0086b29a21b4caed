/**
 * Eigenvalues of a symmetric matrix: Householder's reduction to a tridiagonal one, then QL steps with implicit shifts
 * (Martin, Reinsch & Wilkinson 1968; Dubrulle, Martin & Wilkinson 1968, as in EISPACK's tred1 and imtql1). Only + - * /
 * and square roots.
 */

/** QL steps for one eigenvalue; two or three are usual. */
const MOST_STEPS = 60;

/**
 * All eigenvalues, from the smallest to the largest.
 * @param matrix (n, n) row-major; its lower triangle is read.
 * @throws {RangeError} for a matrix of another size, or numbers that are not finite.
 */
export function symmetricEigenvalues(matrix: ArrayLike<number>, n: number): Float64Array {
  if (matrix.length !== n * n) throw new RangeError(`a ${n} x ${n} matrix has ${n * n} numbers, not ${matrix.length}`);
  const work = Float64Array.from(matrix);
  if (!work.every(Number.isFinite)) throw new RangeError('a matrix must hold finite numbers to have eigenvalues');
  const { diagonal, offDiagonal } = tridiagonal(work, n);
  qlEigenvalues(diagonal, offDiagonal);
  return diagonal.sort();
}

/** The tridiagonal matrix that is orthogonally similar; `offDiagonal[i]` stands beside diagonal i and i + 1. */
function tridiagonal(a: Float64Array, n: number): { diagonal: Float64Array; offDiagonal: Float64Array } {
  const offDiagonal = new Float64Array(n);
  const p = new Float64Array(n);
  // From the last row up: the reflection of the first i coordinates that leaves of row i only its last.
  for (let i = n - 1; i >= 1; i--) {
    const row = i * n;
    let square = 0;
    for (let k = 0; k < i; k++) square += a[row + k]! * a[row + k]!;
    const last = a[row + i - 1]!;
    const norm = Math.sqrt(square);
    const image = last > 0 ? -norm : norm;
    offDiagonal[i - 1] = image;
    // v = row - image e_last, which stands in the row itself; H = I - v v^T / h with h = |v|^2 / 2.
    const h = square - last * image;
    if (h === 0) continue;
    a[row + i - 1] = last - image;
    let overlap = 0;
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let k = 0; k <= j; k++) sum += a[j * n + k]! * a[row + k]!;
      for (let k = j + 1; k < i; k++) sum += a[k * n + j]! * a[row + k]!;
      p[j] = sum / h;
      overlap += p[j]! * a[row + j]!;
    }
    const half = overlap / (2 * h);
    for (let j = 0; j < i; j++) p[j]! -= half * a[row + j]!;
    for (let j = 0; j < i; j++) {
      for (let k = 0; k <= j; k++) a[j * n + k]! -= a[row + j]! * p[k]! + p[j]! * a[row + k]!;
    }
  }
  return { diagonal: Float64Array.from({ length: n }, (_, i) => a[i * n + i]!), offDiagonal };
}

/** Turns the diagonal into the eigenvalues, and the rest into zeros. */
function qlEigenvalues(d: Float64Array, e: Float64Array): void {
  const n = d.length;
  for (let l = 0; l < n; l++) {
    for (let step = 0; ; step++) {
      let m = l;
      while (m < n - 1) {
        const size = Math.abs(d[m]!) + Math.abs(d[m + 1]!);
        if (size + Math.abs(e[m]!) === size) break;
        m++;
      }
      if (m === l) break;
      if (step === MOST_STEPS) throw new RangeError(`an eigenvalue was not found in ${MOST_STEPS} steps`);
      qlStep(d, e, l, m);
    }
  }
}

/** One implicit step on rows l to m. */
function qlStep(d: Float64Array, e: Float64Array, l: number, m: number): void {
  let g = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  let r = Math.sqrt(g * g + 1);
  g = d[m]! - d[l]! + e[l]! / (g + (g >= 0 ? r : -r));
  let s = 1;
  let c = 1;
  let p = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i]!;
    const b = c * e[i]!;
    r = Math.sqrt(f * f + g * g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1]! -= p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1]! - p;
    r = (d[i]! - g) * s + 2 * c * b;
    p = s * r;
    d[i + 1] = g + p;
    g = c * r - b;
  }
  d[l]! -= p;
  e[l] = g;
  e[m] = 0;
}
