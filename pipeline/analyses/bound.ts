/** Theorem 3.2 against the truth: exact Jacobians of states by the first states beside sums over paths, with the sink and without. */
import { createKernelsEngine } from '../../src/engine/kernels/engine.ts';
import type { Measured } from '../../src/results/schema.ts';
import type { Analysis, TrainedModel } from './analysis.ts';
import {
  allPairs,
  type Choose,
  correlationWithinDistances,
  correlationWithinPrompts,
  decades,
  distanceOf,
  fromDecades,
  groupedBy,
  isTextPair,
  meanOf,
  numberOf,
  type Pair,
} from './bound-pairs.ts';
import { type PromptNorms, promptNorms } from './bound-prompt.ts';
import { type Condition, underCondition } from './removal.ts';
import { removalBatches } from './removal-text.ts';

const PROMPTS = 16;
/** Tokens of a prompt, at most. */
const LENGTH = 32;
/** The last of so many tokens, again and again, are the outputs: each ends a panel of the kernels. */
const OUTPUT_EVERY = 8;
/** A Jacobian counts as above its bound from here on, since its numbers are float32's. */
const ROUNDING = 1e-4;

/**
 * With the sink, and two ways without. In a model with rotary positions `deleted` gives the states of `masked`, so it is
 * left out.
 */
export const BOUND_CONDITIONS = ['with', 'masked', 'replaced'] as const satisfies readonly Condition[];
export type BoundCondition = (typeof BOUND_CONDITIONS)[number];

/** Tokens of a prompt, and positions whose Jacobian is taken. */
export function boundOutputs(contextLength: number): { length: number; outputs: number[] } {
  const length = Math.min(LENGTH, contextLength);
  const outputs = Array.from({ length }, (_, position) => position).filter((p) => (p + 1) % OUTPUT_EVERY === 0);
  return { length, outputs };
}

export const bound: Analysis = {
  id: 'bound',
  version: '1',
  description:
    `At ${PROMPTS} held-out prompts of up to ${LENGTH} tokens: the spectral norm of the Jacobian of the state of token ` +
    'j after each block by that of token i before the first, exact by backward passes, for every eighth j and all i. ' +
    'Means are geometric, over pairs of two different text tokens, the first of the sequence left out; looseness is ' +
    'log10 of bound over exact norm. The theorem’s path sum has no constants; uniform is the bound of its form with one ' +
    'proved constant a block, local with one a token; both are proved for attention held constant alone. Rank ' +
    'correlations are Spearman’s, over the pairs of a prompt, or over the pairs of one distance.',
  measure,
};

async function measure({ run, parameters, heldOut, module }: TrainedModel): Promise<Measured> {
  const { model, data } = run.specification;
  const { length, outputs } = boundOutputs(model.contextLength);
  const shape = { sequences: model.width, length };
  const engine = await createKernelsEngine(model, parameters, { module, batch: shape });
  const [removal] = removalBatches(heldOut(data), { length, windows: PROMPTS });
  const norms = {} as Record<BoundCondition, PromptNorms[]>;
  try {
    for (const condition of BOUND_CONDITIONS) {
      const { batch } = underCondition(removal!.batch, condition, removal!.replacements);
      norms[condition] = [];
      for (let b = 0; b < batch.sequences; b++) {
        const cut = (values: Int32Array) => values.slice(b * length, (b + 1) * length);
        const prompt = {
          ...{ sequences: 1, length, inputs: cut(batch.inputs), targets: cut(batch.targets) },
          ...(batch.documents && { documents: cut(batch.documents) }),
        };
        norms[condition].push(await promptNorms(engine, parameters, prompt, outputs));
      }
    }
  } finally {
    engine.dispose();
  }
  const measured: Measured = { prompts: PROMPTS, length, outputs };
  for (const condition of BOUND_CONDITIONS) Object.assign(measured, measureCondition(norms[condition], condition));
  for (const without of ['masked', 'replaced'] as const) Object.assign(measured, compare(norms, without));
  return measured;
}

/** The exact norms after a block, counted from 0; likewise below. */
const exactAt =
  (layer: number): Choose =>
  ({ exact }) =>
    exact[layer]!;

/** The most that a computed norm may be where the exact one is at most `bound`. */
function highest(bound: number): number {
  return bound * (1 + ROUNDING);
}

type PathSums = 'theorem' | 'uniform' | 'local';

const sumsAt =
  (kind: PathSums, layer: number): Choose =>
  (prompt) =>
    prompt[kind][layer]!;

function measureCondition(prompts: readonly PromptNorms[], condition: BoundCondition): Measured {
  const all = allPairs(prompts);
  const text = all.filter(isTextPair);
  const layers = prompts[0]!.exact.map((_, layer) => layer);
  const last = layers.length - 1;
  const number = (choose: Choose) => (pair: Pair) => numberOf(prompts, choose, pair);
  const inDecades = (choose: Choose) => (pair: Pair) => decades(numberOf(prompts, choose, pair));
  const meanDecades = (pairs: readonly Pair[], choose: Choose) => meanOf(pairs.map(inDecades(choose)));
  const geometric = (pairs: readonly Pair[], choose: Choose) => fromDecades(meanDecades(pairs, choose));
  // A token's answer to itself stands at distance 0.
  const byDistance = groupedBy(
    all.filter(({ input }) => input >= 1),
    distanceOf,
  );
  const table = (choose: (layer: number) => Choose) =>
    layers.map((layer) => byDistance.map((pairs) => geometric(pairs, choose(layer))));
  const looseness = (kind: PathSums, layer: number, exact: Choose) =>
    meanDecades(text, sumsAt(kind, layer)) - meanDecades(text, exact);
  const shareAbove = (kind: PathSums, layer: number) =>
    meanOf(all.map((pair) => (number(exactAt(layer))(pair) > highest(number(sumsAt(kind, layer))(pair)) ? 1 : 0)));
  const constant: Choose = (prompt) => prompt.constant;
  const first = all.filter(({ input, output }) => input === 0 && output > 0);

  const measured: Measured = {
    [`exact/${condition}`]: layers.map((layer) => geometric(text, exactAt(layer))),
    [`exact-by-distance/${condition}`]: table(exactAt),
    [`theorem-by-distance/${condition}`]: table((layer) => sumsAt('theorem', layer)),
    [`uniform-by-distance/${condition}`]: table((layer) => sumsAt('uniform', layer)),
    [`local-by-distance/${condition}`]: table((layer) => sumsAt('local', layer)),
    // How many directions of equal strength would make the Frobenius norm out of the spectral one; none where there is none.
    [`directions/${condition}`]: layers.map((layer) =>
      meanOf(
        text.map((pair) => {
          const spectral = number(exactAt(layer))(pair);
          const ratio = spectral === 0 ? 0 : number((prompt) => prompt.frobenius[layer]!)(pair) / spectral;
          return ratio * ratio;
        }),
      ),
    ),
    [`constant-attention/${condition}`]: geometric(text, constant),
    [`exact-over-constant-attention/${condition}`]: meanDecades(text, exactAt(last)) - meanDecades(text, constant),
    [`above-local-constant-attention/${condition}`]: meanOf(
      all.map((pair) => (number(constant)(pair) > highest(number(sumsAt('local', last))(pair)) ? 1 : 0)),
    ),
    [`rank-by-layer/theorem/${condition}`]: layers.map((layer) =>
      correlationWithinPrompts(text, number(exactAt(layer)), number(sumsAt('theorem', layer))),
    ),
    [`rank/distance/${condition}`]: correlationWithinPrompts(text, number(exactAt(last)), (pair) => -distanceOf(pair)),
  };
  // What the masked first token cannot be asked: nobody sees it.
  if (condition !== 'masked') {
    measured[`exact-of-first/${condition}`] = layers.map((layer) => geometric(first, exactAt(layer)));
  }
  for (const kind of ['theorem', 'uniform', 'local'] as const) {
    const sums = number(sumsAt(kind, last));
    measured[`rank/${kind}/${condition}`] = correlationWithinPrompts(text, number(exactAt(last)), sums);
    measured[`rank-within-distance/${kind}/${condition}`] = correlationWithinDistances(
      text,
      number(exactAt(last)),
      sums,
    );
  }
  for (const kind of ['uniform', 'local'] as const) {
    measured[`looseness-by-layer/${kind}/${condition}`] = layers.map((layer) => looseness(kind, layer, exactAt(layer)));
    measured[`looseness/${kind}/${condition}`] = looseness(kind, last, exactAt(last));
    measured[`looseness-constant-attention/${kind}/${condition}`] = looseness(kind, last, constant);
    const above = layers.map((layer) => shareAbove(kind, layer));
    measured[`above-by-layer/${kind}/${condition}`] = above;
    measured[`above/${kind}/${condition}`] = meanOf(above);
  }
  return measured;
}

/** With the sink over without, pair by pair, in decades: below 0 where the sink makes text answer less to text. */
function compare(norms: Record<BoundCondition, PromptNorms[]>, without: 'masked' | 'replaced'): Measured {
  const text = allPairs(norms.with).filter(isTextPair);
  const layers = norms.with[0]!.exact.map((_, layer) => layer);
  const last = layers.length - 1;
  const change = (choose: Choose) => (pair: Pair) =>
    decades(numberOf(norms.with, choose, pair)) - decades(numberOf(norms[without], choose, pair));
  return {
    [`sink/exact/${without}`]: meanOf(text.map(change(exactAt(last)))),
    [`sink/theorem/${without}`]: meanOf(text.map(change(sumsAt('theorem', last)))),
    [`sink/uniform/${without}`]: meanOf(text.map(change(sumsAt('uniform', last)))),
    [`sink/local/${without}`]: meanOf(text.map(change(sumsAt('local', last)))),
    [`sink-by-layer/exact/${without}`]: layers.map((layer) => meanOf(text.map(change(exactAt(layer))))),
    [`sink-by-layer/theorem/${without}`]: layers.map((layer) => meanOf(text.map(change(sumsAt('theorem', layer))))),
    [`sink-by-distance/exact/${without}`]: groupedBy(text, distanceOf).map((own) =>
      meanOf(own.map(change(exactAt(last)))),
    ),
  };
}
