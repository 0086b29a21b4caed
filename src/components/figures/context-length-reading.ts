/** What the figure of the training context reads off its results. */
import type { ExperimentResult } from '../../results/schema.ts';
import { commonLossOf, estimateAtLoss, finalEstimate } from './estimates.ts';
import type { Colour } from './palette.ts';
import { runsOf } from './read-results.ts';

/** Where `<bos>` stood in training, as the groups' ids begin. */
const PROTOCOLS = [
  { id: 'none', title: 'Trained without <bos>', label: 'no <bos>', name: 'without <bos>', colour: 'first' },
  {
    id: 'document',
    title: '<bos> at document starts',
    label: 'at starts',
    name: 'with <bos> at document starts',
    colour: 'third',
  },
  { id: 'fixed', title: '<bos> fixed', label: 'fixed', name: 'with <bos> fixed', colour: 'second' },
] as const satisfies { id: string; title: string; label: string; name: string; colour: Colour }[];

/** How the groups' ids begin that were trained longer, and with which place of `<bos>`. */
export const LONGER = { id: 'longer', of: 'fixed', label: 'longer', colour: 'fourth' } as const;

/** Over the queries that every context has. */
const MEASURE = 'prefixFirstAttention';
/** Of all queries of a model's own context, for the curves. */
export const ALONG = 'firstAttentionAboveChance';

/** The groups whose ids begin so, the shortest context first, with what is drawn of them. */
function readGroups(data: ExperimentResult, start: string) {
  const sizes = data.groups
    .filter(({ id }) => id.startsWith(`${start}-`))
    .map((group) => ({ group, x: runsOf(data, group)[0]!.specification.model.contextLength }))
    .sort((a, b) => a.x - b.x);
  if (sizes.length === 0) return null;
  const loss = commonLossOf(
    data,
    sizes.map(({ group }) => group),
  );
  return {
    sizes,
    loss,
    steps: sizes[0]!.group.series.at(-1)!.step,
    trained: sizes.map((size) => finalEstimate(data, { ...size, measure: MEASURE })),
    atLoss: sizes.map((size) => estimateAtLoss(data, { ...size, measure: MEASURE, level: loss })),
    losses: sizes.map((size) => finalEstimate(data, { ...size, measure: 'validationLoss' })),
  };
}

/** The protocols, each with its longer training where there was one. */
export function readContexts(data: ExperimentResult) {
  return PROTOCOLS.map((protocol) => ({
    ...protocol,
    ...readGroups(data, protocol.id)!,
    longer: protocol.id === LONGER.of ? readGroups(data, LONGER.id) : null,
  }));
}

export type Protocol = ReturnType<typeof readContexts>[number];

export const inSteps = (steps: number) => `${steps.toLocaleString('en')} steps`;
