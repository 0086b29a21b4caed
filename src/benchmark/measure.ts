/** Timing on a machine that others use too: contestants take turns, and a median stands for each. */

export interface Contestant {
  name: string;
  /** One repetition of the work. */
  run(): unknown;
  /** Takes part in so many timed rounds only, and not in the one before them: for what takes minutes. */
  rounds?: number;
}

/**
 * Times every contestant `repetitions` times, one after the other in each round, after one round that does not count
 * (compilers warm up in it). What slows the machine for a while then slows all of them.
 * @param now milliseconds from some beginning
 * @param onRound called after each round, from the one that does not count, 0, on, with the medians so far
 * @returns the median of each, in milliseconds
 */
export async function interleave(
  contestants: readonly Contestant[],
  repetitions: number,
  { now, onRound = () => {} }: { now: () => number; onRound?: (round: number, medians: Map<string, number>) => void },
): Promise<Map<string, number>> {
  const times = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  const medians = () =>
    new Map([...times].filter(([, all]) => all.length > 0).map(([name, all]) => [name, median(all)]));
  for (let round = 0; round <= repetitions; round++) {
    for (const { name, run, rounds } of contestants) {
      if (rounds !== undefined && (round === 0 || round > rounds)) continue;
      const start = now();
      await run();
      if (round > 0) times.get(name)!.push(now() - start);
    }
    onRound(round, medians());
  }
  return medians();
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
