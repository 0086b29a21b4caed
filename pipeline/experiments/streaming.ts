/**
 * What is a sink used for, once a text outgrows the cache? The claim is StreamingLLM's (Xiao et al. 2023,
 * arXiv:2309.17453), on which the paper builds; it is not the paper's own.
 */
import type { Estimate, Quotable, Verdict } from '../../src/results/schema.ts';
import { streaming as analysis, type STREAMING_POLICIES } from '../analyses/streaming.ts';
import type { Experiment, FinishedGroup } from './experiment.ts';
import { DEEP, DEEP_NO_BOS, QUICK, QUICK_NO_BOS } from './models.ts';
import { count, groupOf, measuredEstimate, quotable, withInterval } from './reading.ts';

/** Sizes of the criterion; they were fixed before the runs. */
const CRITERION = {
  /** Nats by which the loss without the first token must exceed that with it, at a cache of half the context. */
  rise: 0.05,
};

/** The measure that decides. */
const RISE = 'half/over-first-1/window';

function decide(groups: FinishedGroup[]): Verdict {
  const rise = measuredEstimate(groupOf(groups, DEEP.id), RISE);
  const without = measuredEstimate(groupOf(groups, DEEP_NO_BOS.id), RISE);
  const because =
    `With a cache of half the context, giving up the first token costs ${withInterval(rise)} nats in models with ` +
    `<bos>; for comparison, ${withInterval(without)} in models trained without.`;
  if (rise.low > 0) return { outcome: rise.mean >= CRITERION.rise ? 'reproduced' : 'partly', because };
  return { outcome: rise.high < 0 ? 'opposite' : 'not reproduced', because };
}

/** What the policies are called in a sentence. */
const NAMES: Record<keyof typeof STREAMING_POLICIES | 'recomputed', string> = {
  window: 'the nearest tokens alone',
  'first-1': 'the first token and the nearest',
  'first-2': 'the first two tokens and the nearest',
  'first-4': 'the first four tokens and the nearest',
  'key-diff': 'the keys least like the others (KeyDiff)',
  'key-diff-recent': 'the nearest half, and of the rest the keys least like the others',
  recomputed: 'no cache: as many tokens read anew for every prediction',
};

/** One number of a list. */
function elementOf(group: FinishedGroup, name: string, index: number): Estimate {
  const [mean, low, high] = (['mean', 'low', 'high'] as const).map((part) => {
    const list = group.analysis[name]?.[part];
    const value = Array.isArray(list) ? list[index] : undefined;
    if (typeof value !== 'number') throw new Error(`the analysis of "${group.id}" has no number ${index} of "${name}"`);
    return value;
  }) as [number, number, number];
  return { mean, low, high };
}

/**
 * `<group>/<size>/<policy>/loss`, `.../over-first-1`, `.../holds-first`, with sizes `half` and `whole` of the context;
 * `<group>/keeps-all/loss`.
 */
function values(groups: FinishedGroup[]): Record<string, Quotable> {
  const result: Record<string, Quotable> = {
    'criterion/rise': {
      value: CRITERION.rise,
      format: 'nats',
      digits: 2,
      description: 'the least rise of the loss without the first token',
    },
  };
  for (const group of groups) {
    const sizes = group.measuredRuns[0]!.sizes as number[];
    result[`${group.id}/seeds`] = count(group.finishedRuns.length, 'seeds');
    result[`${group.id}/keeps-all/loss`] = quotable(
      measuredEstimate(group, 'loss/keeps-all'),
      'nats',
      2,
      'loss beyond the context length with a cache that keeps all',
    );
    for (const [size, index] of Object.entries({ half: sizes.length - 2, whole: sizes.length - 1 })) {
      result[`${group.id}/${size}/size`] = count(
        sizes[index]!,
        size === 'half' ? 'entries of a cache of half the context' : 'entries of a cache as long as the context',
      );
      for (const [policy, name] of Object.entries(NAMES)) {
        const add = (measure: string, key: string, format: Quotable['format'], digits: number, what: string) => {
          const description = `${what}, ${name}, ${sizes[index]} entries`;
          const estimate = elementOf(group, `${measure}/${policy}`, index);
          result[`${group.id}/${size}/${policy}/${key}`] = quotable(estimate, format, digits, description);
        };
        add('loss', 'loss', 'nats', 2, 'loss');
        if (policy !== 'first-1')
          add('over-first-1', 'over-first-1', 'nats', 2, 'loss above the first and the nearest');
        if (policy.startsWith('key-diff')) {
          add('holds-first', 'holds-first', 'percent', 0, 'heads that still hold the first token at the end');
        }
      }
    }
  }
  return result;
}

export const streaming: Experiment = {
  id: 'streaming',
  title: 'What a sink is used for: reading on with a small cache',
  question: 'What does a model lose when its cache no longer holds the first token?',
  claims: [
    {
      place: 'Xiao et al. 2023 (StreamingLLM), not the paper itself',
      text: 'A cache of the nearest tokens alone breaks once the first token has left it; kept beside them, it repairs the loss.',
    },
  ],
  criterion:
    'Of models with <bos>, reading stretches of held-out text eight contexts long with caches of half the context: ' +
    `reproduced if the loss with the nearest tokens alone exceeds that with the first token and the nearest by at ` +
    `least ${CRITERION.rise} nats on average and the 95 % interval over the seeds lies above 0; partly if only the ` +
    'interval does; opposite if the interval lies below 0; not reproduced otherwise. Models trained without <bos>, ' +
    'other sizes and KeyDiff are shown beside and decide nothing. The claim is that of StreamingLLM.',
  grids: {
    quick: { points: [QUICK, QUICK_NO_BOS], seeds: [0, 1, 2] },
    full: { points: [DEEP, DEEP_NO_BOS], seeds: [0, 1, 2, 3, 4] },
  },
  analysis,
  comparedMeasures: [{ name: 'cost of giving up the first token at half the context, nats', of: RISE }],
  decide,
  values,
};
