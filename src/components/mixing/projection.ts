/** Two coordinates of many: where a vector lies along the two directions in which the first states spread most. */

export interface Plane {
  /** Two orthonormal directions, each (D). */
  axes: readonly [Float64Array, Float64Array];
  /** The share of the squared norm of all states that lies in the plane. */
  share: number;
}

const STEPS = 200;

/**
 * The plane of the first two principal directions of states (n, D) about the origin, by orthogonal iteration on their
 * second moments; the sign is such that the first state lies in the upper right.
 */
export function principalPlane(states: Float64Array, width: number): Plane {
  const moments = new Float64Array(width * width);
  for (let row = 0; row < states.length; row += width) {
    for (let a = 0; a < width; a++) {
      for (let b = 0; b < width; b++) moments[a * width + b]! += states[row + a]! * states[row + b]!;
    }
  }
  let first = Float64Array.from({ length: width }, (_, i) => 1 + i / width);
  let second = Float64Array.from({ length: width }, (_, i) => (i % 2 === 0 ? 1 : -1));
  for (let step = 0; step < STEPS; step++) {
    first = unit(times(moments, first));
    const next = times(moments, second);
    const along = dot(next, first);
    second = unit(next.map((value, i) => value - along * first[i]!));
  }
  let total = 0;
  for (let i = 0; i < width; i++) total += moments[i * width + i]!;
  const inside = dot(first, times(moments, first)) + dot(second, times(moments, second));
  const start = states.subarray(0, width);
  return { axes: [towards(first, start), towards(second, start)], share: inside / total };
}

/** The coordinates of states (n, D) in a plane: n pairs. */
export function project(states: Float64Array, width: number, { axes }: Plane): [number, number][] {
  return Array.from({ length: states.length / width }, (_, row) => {
    const state = states.subarray(row * width, (row + 1) * width);
    return [dot(state, axes[0]), dot(state, axes[1])];
  });
}

function times(matrix: Float64Array, vector: Float64Array): Float64Array<ArrayBuffer> {
  const width = vector.length;
  return Float64Array.from({ length: width }, (_, row) => dot(matrix.subarray(row * width, (row + 1) * width), vector));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function unit(vector: Float64Array): Float64Array<ArrayBuffer> {
  const norm = Math.sqrt(dot(vector, vector));
  return Float64Array.from(vector, (value) => value / norm);
}

function towards(axis: Float64Array, state: Float64Array): Float64Array {
  return dot(axis, state) < 0 ? axis.map((value) => -value) : axis;
}
