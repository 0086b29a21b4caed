import { expect, it } from 'vitest';
import { singularValues } from '../../measures/collapse.ts';
import { tokenVectors, WIDTH } from './averaging.ts';
import { principalPlane, project } from './projection.ts';

it('finds the plane of states that lie in one', () => {
  const states = Float64Array.from([3, 0, 0, -3, 0, 0, 0, 0, 1, 0, 0, -1]);
  const { axes, share } = principalPlane(states, 3);
  expect(share).toBeCloseTo(1, 10);
  expect([...axes[0]].map(Math.abs)).toEqual([expect.closeTo(1, 8), expect.closeTo(0, 8), expect.closeTo(0, 8)]);
  expect([...axes[1]].map(Math.abs)).toEqual([expect.closeTo(0, 8), expect.closeTo(0, 8), expect.closeTo(1, 8)]);
});

it('holds as much as the two largest singular values say', () => {
  for (const tokens of [4, 16, 64]) {
    const states = tokenVectors(tokens);
    const squares = [...singularValues(states, WIDTH)].map((value) => value * value);
    const total = squares.reduce((sum, value) => sum + value, 0);
    const { share } = principalPlane(states, WIDTH);
    expect(share).toBeCloseTo((squares.at(-1)! + squares.at(-2)!) / total, 3);
  }
});

it('shows the first state in the upper right', () => {
  const states = tokenVectors(16);
  const [[x, y]] = project(states, WIDTH, principalPlane(states, WIDTH)) as [[number, number]];
  expect(x).toBeGreaterThan(0);
  expect(y).toBeGreaterThan(0);
});
