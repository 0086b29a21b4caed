/** Who may race: a peer must be here, and must compute the losses that the kernels compute. */
import type { Engine } from '../engine/engine.ts';
import { initialParameters } from '../transformer/initialise.ts';
import type { Contestant } from './measure.ts';
import type { Peer, Training } from './peer.ts';
import { batchOf, HYPER, type Workload } from './workload.ts';

/** Steps whose losses are compared. */
const COMPARED_STEPS = 5;

/** The largest |difference| of a loss over the kernels' loss; float32 in another order of sums stays far below. */
const ACCEPTED_DIFFERENCE = 1e-3;

export interface Entry {
  peer: string;
  /** The largest |difference| of a loss over the kernels' loss. */
  difference?: number;
  /** Why it does not race. */
  refused?: string;
}

/** A peer that races, and how it is let go. */
export type PeerContestant = Contestant & { dispose(): void };

/** Losses of the first steps of an engine that has made none. */
export async function firstLosses(engine: Engine, work: Workload): Promise<number[]> {
  const batch = batchOf(work);
  const losses: number[] = [];
  for (let step = 0; step < COMPARED_STEPS; step++) losses.push((await engine.step(batch, HYPER)).loss);
  return losses;
}

/**
 * Starts a peer and compares its first losses.
 * @returns what became of it, and the contestant if it may race
 */
export async function enter(
  peer: Peer,
  work: Workload,
  expected: readonly number[],
): Promise<{ entry: Entry; contestant?: PeerContestant }> {
  let training: Training | undefined;
  try {
    training = await peer.start(work, initialParameters(work.model, 0));
    let difference = 0;
    for (const loss of expected.slice(0, peer.comparedSteps)) {
      const relative = Math.abs((await training.step()) - loss) / loss;
      difference = Number.isNaN(relative) ? Number.POSITIVE_INFINITY : Math.max(difference, relative);
    }
    const entry = { peer: peer.name, difference };
    if (difference > ACCEPTED_DIFFERENCE) {
      training.dispose();
      const refused = `its losses differ by ${difference.toExponential(1)} of the kernels', so it trains another model`;
      return { entry: { ...entry, refused } };
    }
    const { step, dispose } = training;
    const rounds = peer.rounds === undefined ? {} : { rounds: peer.rounds };
    return { entry, contestant: { name: peer.name, run: step, dispose, ...rounds } };
  } catch (error) {
    training?.dispose();
    const [refused] = (error instanceof Error ? error.message : String(error)).split('\n');
    return { entry: { peer: peer.name, refused: refused! } };
  }
}
