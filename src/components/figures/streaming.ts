/**
 * What a sink is used for: the loss of a model that reads on past its context, by what its cache keeps and how much, and
 * along the text, where the first token leaves.
 */
import * as Plot from '@observablehq/plot';
import type { ExperimentResult, Group } from '../../results/schema.ts';
import { chartTable } from './chart-table.ts';
import { type Curve, type CurveChart, curvePanel, curvePoints, domainOf } from './curves.ts';
import { type DotChart, domainOfDots, dotPanel } from './dot-rows.ts';
import type { Figure, Panel } from './figure.ts';
import { halo } from './marks.ts';
import { type Colour, colour } from './palette.ts';
import { groupOf, measuredList, measuredNumber, quotedNumber } from './read-results.ts';
import { type Style, withInterval, written } from './written.ts';

const LOSS: Style = { format: 'nats', digits: 3 };

export const streaming: Figure = {
  id: 'streaming',
  experiment: 'streaming',
  title: 'Reading on with a small cache',
  question: 'What does a model lose when its cache no longer holds the first token?',
  caption,
  description,
  reading,
  panels: (data): Panel[] => {
    const { bySize, byPosition, costs } = charts(data);
    return [...bySize.map(curvePanel), ...byPosition.map(curvePanel), ...costs.map(dotPanel)];
  },
  grid: (_, layout) => ({ plotHeight: layout === 'wide' ? 270 : 240 }),
  table: (data) => {
    const { bySize, byPosition, costs } = charts(data);
    return chartTable([...bySize, ...byPosition, ...costs]);
  },
};

const MODELS = [
  { id: 'bos', title: 'models with <bos>' },
  { id: 'no-bos', title: 'models without <bos>' },
] as const;

interface Policy {
  policy: string;
  name: string;
  label: string;
  colour: Colour;
  dashed?: boolean;
}

/** Drawn as curves, the one that decides first. */
const POLICIES: readonly Policy[] = [
  { policy: 'window', name: 'the nearest tokens alone', label: 'nearest', colour: 'second' },
  { policy: 'first-1', name: 'the first token and the nearest', label: '+ first', colour: 'first' },
  { policy: 'key-diff', name: 'the keys least like the others (KeyDiff)', label: 'KeyDiff', colour: 'third' },
  {
    policy: 'key-diff-recent',
    name: 'the nearest half, of the rest the keys least like the others',
    label: 'KeyDiff, half',
    colour: 'fourth',
  },
  {
    policy: 'recomputed',
    name: 'no cache: as many tokens read anew',
    label: 'read anew',
    colour: 'muted',
    dashed: true,
  },
];

/** What is compared with the first token and the nearest, at half the context. */
const COSTS = [
  { policy: 'window', label: 'nearest alone', colour: 'second' },
  { policy: 'first-2', label: 'first 2', colour: 'first' },
  { policy: 'first-4', label: 'first 4', colour: 'first' },
  { policy: 'key-diff', label: 'KeyDiff', colour: 'third' },
  { policy: 'key-diff-recent', label: 'KeyDiff, half', colour: 'fourth' },
  { policy: 'recomputed', label: 'read anew', colour: 'muted' },
] as const satisfies { policy: string; label: string; colour: Colour }[];

function bySizeChart(group: Group, title: string): CurveChart {
  const sizes = measuredList(group, 'sizes').map(({ mean }) => mean);
  const all = measuredNumber(group, 'loss/keeps-all');
  return {
    title: `By size of cache, ${title}`,
    unit: 'loss beyond the context, nats a token',
    axis: 'cache entries',
    x: { type: 'log', base: 2, ticks: sizes, tickFormat: String, label: 'cache entries' },
    y: {},
    curves: [
      ...POLICIES.map(
        (policy): Curve => ({
          ...policy,
          points: curvePoints(sizes, measuredList(group, `loss/${policy.policy}`)),
        }),
      ),
      {
        name: 'a cache that keeps all, beyond what the model has met',
        label: 'keeps all',
        colour: 'ink',
        dashed: true,
        points: curvePoints(
          sizes,
          sizes.map(() => all),
        ),
      },
    ],
    labelMargin: 100,
  };
}

/** Along the text, with a cache of half the context: the moment at which the first token leaves is its size. */
function byPositionChart(group: Group, half: number, title: string): CurveChart {
  const { mean: width } = measuredNumber(group, 'by-position/width');
  const shown = POLICIES.filter(({ policy }) => ['window', 'first-1', 'recomputed'].includes(policy));
  return {
    title: `Along the text, ${title}`,
    unit: `nats a token, a cache of ${half}`,
    axis: 'position in the text',
    x: { zero: true, label: 'position in the text' },
    y: {},
    below: [
      Plot.ruleX([half], { stroke: colour('ink'), strokeDasharray: '1 3' }),
      Plot.text([half], {
        x: (at: number) => at,
        text: () => 'the first token leaves',
        frameAnchor: 'top',
        textAnchor: 'start',
        dx: 6,
        dy: 2,
        fill: colour('ink'),
        ...halo,
      }),
    ],
    curves: shown.map((policy): Curve => {
      const losses = measuredList(group, `by-position/half/${policy.policy}`);
      const middles = losses.map((_, bucket) => (bucket + 0.5) * width);
      return { ...policy, points: curvePoints(middles, losses) };
    }),
    labelMargin: 100,
  };
}

function costChart(group: Group, half: number, title: string): DotChart {
  return {
    title: `Cost, ${title}`,
    unit: `above the first and the nearest, cache of ${half}`,
    x: { nice: true, label: 'nats a token' },
    levels: [{ value: 0, text: 'as good' }],
    rows: COSTS.map(({ policy, label, colour: own }) => ({
      label,
      dots: [
        {
          ...measuredNumber(group, `half/over-first-1/${policy}`),
          name: 'loss above that of the first and the nearest',
          colour: own,
        },
      ],
    })),
    labelMargin: 104,
  };
}

function charts(data: ExperimentResult) {
  const models = MODELS.map(({ id, title }) => {
    const group = groupOf(data, id);
    const half = quotedNumber(data, `${id}/half/size`);
    return {
      bySize: bySizeChart(group, title),
      byPosition: byPositionChart(group, half, title),
      cost: costChart(group, half, title),
    };
  });
  const costDomain = domainOfDots(models.map(({ cost }) => cost));
  return {
    bySize: onOneScale(models.map(({ bySize }) => bySize)),
    byPosition: onOneScale(models.map(({ byPosition }) => byPosition)),
    costs: models.map(({ cost }) => ({ ...cost, x: { ...cost.x, domain: costDomain } })),
  };
}

/** Both kinds of models on one vertical scale. */
function onOneScale(charts: readonly CurveChart[]): CurveChart[] {
  const domain = domainOf(charts.flatMap(({ curves }) => curves));
  return charts.map((chart) => ({ ...chart, y: { ...chart.y, domain, nice: true } }));
}

function costOf(data: ExperimentResult, id: string, policy: string) {
  return measuredNumber(groupOf(data, id), `half/over-first-1/${policy}`);
}

function caption(data: ExperimentResult): string {
  return (
    'Held-out text eight contexts long, read token by token with a cache of a fixed size. Top: loss once every cache is ' +
    'full, by its size; middle: along the text, with a cache of half the context; bottom: what each choice costs against ' +
    'keeping the first token and the nearest. Means over the seeds with 95\u202f% intervals. Giving up the first token costs ' +
    `${written(costOf(data, 'bos', 'window').mean, LOSS)} in models with <bos>, ` +
    `${written(costOf(data, 'no-bos', 'window').mean, LOSS)} in models trained without. The claim is that of StreamingLLM ` +
    '(Xiao et al. 2023), whose models are far larger; the numbers are ours.'
  );
}

function description(data: ExperimentResult): string {
  const costs = COSTS.slice(0, -1).map(
    ({ policy, label }) => `${label} ${withInterval(costOf(data, 'bos', policy), LOSS)}`,
  );
  return (
    'Four line charts, of the loss by cache size and along the text, for models with <bos> and without; and two charts of ' +
    `dots, of the loss above that with the first token and the nearest, at a cache of half the context. With <bos>: ${costs.join('; ')}. ` +
    `Without, nearest alone ${withInterval(costOf(data, 'no-bos', 'window'), LOSS)}.`
  );
}

function reading(data: ExperimentResult): string[] {
  return [
    'By size of cache. “Nearest” keeps a window of the last tokens; “+ first” the first token and the last; KeyDiff the keys least like the mean of the others, in each head for itself; “KeyDiff, half” half of the cache for the nearest. “Read anew” has no cache: the same number of tokens is computed again for every prediction, the first <bos> among them where the model has one. “Keeps all” grows without end, and meets positions that the model was never trained on. Positions are those within the cache.',
    'Along the text. Text is harder in some places than in others, and the curves share that; what counts is whether they part at the dotted line, where the window first no longer holds the first token.',
    'What it costs. Each dot compares on the same tokens, model by model, so its interval is free of how hard the text is. Right of the line: worse than keeping the first token and the nearest.',
    `What the figure cannot show. The text is ${quotedNumber(data, 'bos/whole/size') * 8} tokens in one go, not millions; and models without <bos> have their own first token, an ordinary one, as a sink or not.`,
  ];
}
