/** How far the exchange of one token moves the states of the tokens behind it, with the sink and without. */
import { type Batch, type Engine, IGNORED_TARGET } from '../../src/engine/engine.ts';
import { createKernelsEngine } from '../../src/engine/kernels/engine.ts';
import { meanChangeBehind, perturbationProbe, weightBehind } from '../../src/measures/perturbation.ts';
import type { Measured } from '../../src/results/schema.ts';
import type { PackedText } from '../../src/training/text/packing.ts';
import { randomGenerator } from '../../src/transformer/random.ts';
import type { Analysis } from './analysis.ts';
import { CONDITIONS, type Condition, drawOrdinary, underCondition } from './removal.ts';
import { largestBatch, type RemovalBatch, removalBatches } from './removal-text.ts';

/** Held-out windows, one exchange in each. */
export const PERTURBED_WINDOWS = 256;
/** Relative changes beyond which a state counts as moved, for `spread`. */
const SPREAD_THRESHOLDS = [0.05, 0.1, 0.2, 0.5];

/** The exchanged token stands after a sixth of the window: position 10 of 64, with 53 tokens behind it. */
export function exchangedPosition(length: number): number {
  return Math.max(1, Math.floor(length / 6));
}

/** The same batch with the token at one position exchanged for another ordinary one, drawn by the window's number. */
export function withExchange({ batch, windows }: RemovalBatch, position: number, text: PackedText): Batch {
  const inputs = batch.inputs.slice();
  for (const [b, window] of windows.entries()) {
    const index = b * batch.length + position;
    inputs[index] = drawOrdinary(text, randomGenerator(`perturbation/exchange/${window}`), inputs[index]);
  }
  return { ...batch, inputs };
}

/** Measures one condition over all batches. */
async function measureCondition(
  engine: Engine,
  text: PackedText,
  batches: readonly RemovalBatch[],
  condition: Condition,
): Promise<Measured> {
  const { layers, heads, width, contextLength } = engine.config;
  const position = exchangedPosition(contextLength);
  const shift = condition === 'deleted' ? 1 : 0;
  const length = contextLength - shift;
  const probe = perturbationProbe({ depths: layers + 1, length, width, position: position - shift }, SPREAD_THRESHOLDS);
  const keysFrom = condition === 'with' || condition === 'replaced' ? [0, 1] : [0];
  const weights = keysFrom.map(() => new Array<number>(layers).fill(0));
  let windows = 0;
  let lossSum = 0;
  let targets = 0;

  for (const removal of batches) {
    const { batch } = underCondition(removal.batch, condition, removal.replacements);
    const exchanged = underCondition(withExchange(removal, position, text), condition, removal.replacements).batch;
    const { states, attention } = await engine.inspect(batch, { states: true, attention: true });
    probe.add(states!, (await engine.inspect(exchanged, { states: true })).states!);
    const { sequences } = batch;
    for (const [i, firstKey] of keysFrom.entries()) {
      const means = weightBehind(attention!, { layers, sequences, heads, length }, position - shift, firstKey);
      for (const [layer, mean] of means.entries()) weights[i]![layer]! += sequences * mean;
    }
    windows += sequences;
    const counted = batch.targets.filter((target) => target !== IGNORED_TARGET).length;
    lossSum += counted * (await engine.evaluate(batch)).loss;
    targets += counted;
  }

  const { change, norm, spread } = probe.result();
  const measured: Measured = {
    [`change/${condition}`]: change,
    [`change-behind/${condition}`]: change.map(meanChangeBehind),
    [`mean-change/${condition}`]: meanChangeBehind(change[layers]!),
    [`spread/${condition}`]: spread,
    [`norm/${condition}`]: norm,
    [`loss/${condition}`]: lossSum / targets,
  };
  for (const [i, firstKey] of keysFrom.entries()) {
    const name = firstKey === 0 ? condition : `${condition}-renormalised`;
    measured[`weight-on-exchanged/${name}`] = weights[i]!.map((sum) => sum / windows);
  }
  return measured;
}

/** The measures of a model over so many windows of a text. */
export async function measurePerturbation(engine: Engine, text: PackedText, windows: number): Promise<Measured> {
  const { contextLength } = engine.config;
  const position = exchangedPosition(contextLength);
  const batches = removalBatches(text, { length: contextLength, windows, ordinaryAt: position });
  const measured: Measured = { windows, position, 'spread-thresholds': SPREAD_THRESHOLDS };
  for (const condition of CONDITIONS) {
    Object.assign(measured, await measureCondition(engine, text, batches, condition));
  }
  return measured;
}

export const perturbation: Analysis = {
  id: 'perturbation',
  version: '1',
  description:
    `In each of ${PERTURBED_WINDOWS} held-out windows one token, a sixth into the window, is exchanged for another token of the ` +
    'text. Change: the L2 norm of what a state moved over the norm of the state, by depth (before the first block and ' +
    'after each) and distance behind the exchanged token, mean over windows; as trained, with the first token deleted, ' +
    'masked, or replaced by an ordinary one. Spread: the share of the tokens behind whose last state moved by more than ' +
    'a threshold. Weight on the exchanged token: mean attention of the tokens behind it, by layer; renormalised: the ' +
    'same with the weight on the first token handed to the others. Loss in nats, over the same targets.',
  async measure({ run, parameters, heldOut, module }) {
    const { model, data } = run.specification;
    const engine = await createKernelsEngine(model, parameters, { module, batch: largestBatch(model.contextLength) });
    try {
      return await measurePerturbation(engine, heldOut(data), PERTURBED_WINDOWS);
    } finally {
      engine.dispose();
    }
  },
};
