import { expect, it } from 'vitest';
import { interleave, median } from './measure.ts';

it('median is the middle, or between the two middle ones', () => {
  expect([median([3]), median([5, 1, 3]), median([4, 1, 2, 9])]).toEqual([3, 3, 3]);
});

it('contestants take turns, and the first round does not count', async () => {
  let clock = 0;
  const order: string[] = [];
  const contestant = (name: string, durations: number[]) => ({
    name,
    run: () => {
      order.push(name);
      clock += durations.shift()!;
    },
  });
  const seen: [number, string[]][] = [];
  const onRound = (round: number, soFar: Map<string, number>) => void seen.push([round, [...soFar.keys()]]);
  const medians = await interleave([contestant('a', [100, 3, 1, 2]), contestant('b', [100, 7, 8, 9])], 3, {
    now: () => clock,
    onRound,
  });
  expect(order.join('')).toBe('abababab');
  expect([...medians]).toEqual([
    ['a', 2],
    ['b', 8],
  ]);
  expect(seen).toEqual([[0, []], ...[1, 2, 3].map((round) => [round, ['a', 'b']])]);
});

it('a slow contestant takes part in its first rounds alone, and not in the one that does not count', async () => {
  const order: string[] = [];
  const run = (name: string) => () => void order.push(name);
  await interleave(
    [
      { name: 'a', run: run('a') },
      { name: 'slow', run: run('s'), rounds: 1 },
    ],
    3,
    { now: () => 0 },
  );
  expect(order.join('')).toBe('aasaa');
});
