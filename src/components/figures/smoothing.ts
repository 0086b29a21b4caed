/**
 * How evenly heads attend, with the sink and without: mean maps to be looked at, and the entropy of their rows, beside
 * what leaving out one key does by arithmetic.
 */
import type { Estimate, ExperimentResult, Group } from '../../results/schema.ts';
import { chartTable } from './chart-table.ts';
import { type Curve, type CurveChart, curvePanel, curvePoints } from './curves.ts';
import { type DotChart, dotPanel } from './dot-rows.ts';
import type { Figure, Layout, Panel } from './figure.ts';
import { heatMapPanel, type ShadeScale } from './heat-map.ts';
import { measuredTable } from './measured-tables.ts';
import type { Colour } from './palette.ts';
import { measuredList, measuredNumber, quotedNumber } from './read-results.ts';
import { REMOVALS_EXPLAINED, removalsOf } from './removal.ts';
import { SHARE, shareTick, withInterval, written } from './written.ts';

export const smoothing: Figure = {
  id: 'smoothing',
  experiment: 'smoothing',
  title: 'How evenly heads attend',
  question: 'Does attention spread more evenly without the sink, and by more than arithmetic asks for?',
  caption,
  description,
  reading,
  panels,
  grid: (_, layout) => ({ columns: layout === 'wide' ? 12 : 2, gutter: layout === 'medium' ? 24 : 14 }),
  table: (data) => chartTable(charts(data)),
};

/** The first query that the analysis counts, by its place from 1: it sees two tokens of text. */
const FIRST_QUERY = 3;

interface Evenness {
  group: Group;
  /** In measures' names. */
  condition: string;
  name: string;
  label: string;
  colour: Colour;
  /** What no model did: the rows as trained without their first key. */
  arithmetic?: boolean;
}

function evennessOf(data: ExperimentResult): Evenness[] {
  const [withSink, ...without] = removalsOf(data);
  const arithmetic: Evenness = {
    ...withSink!,
    condition: 'with-renormalised',
    name: 'as trained, the first key left out of the rows by arithmetic',
    label: 'arithmetic',
    arithmetic: true,
  };
  return [withSink!, arithmetic, ...without];
}

function charts(data: ExperimentResult): [DotChart, CurveChart, CurveChart] {
  const all = evennessOf(data);
  const curves = (of: readonly Evenness[], points: (of: Evenness) => Curve['points']): Curve[] =>
    of.map((of) => ({ ...of, dashed: of.arithmetic ?? false, points: points(of) }));
  return [
    {
      title: 'Evenness of rows',
      unit: 'entropy over its largest value',
      x: { nice: true, label: '1: all keys alike', tickFormat: shareTick },
      rows: all.map((of) => ({
        label: of.label,
        dots: [
          {
            ...measuredNumber(of.group, `entropy/${of.condition}`),
            name: of.name,
            colour: of.colour,
            hollow: of.arithmetic ?? false,
          },
        ],
      })),
      labelMargin: 84,
    },
    {
      title: 'Query by query',
      unit: 'entropy over its largest value, all heads',
      axis: 'query, by its place',
      x: { label: 'place of the query' },
      y: { nice: true, tickFormat: shareTick },
      curves: curves(all, ({ group, condition }) => {
        const entropies = measuredList(group, `query-entropy/${condition}`);
        return curvePoints(
          entropies.map((_, i) => i + FIRST_QUERY),
          entropies,
        );
      }),
    },
    {
      title: 'Layer by layer',
      unit: 'entropy over its largest value, its mean',
      axis: 'layer',
      x: {
        ticks: measuredTable(all[0]!.group, 'head-entropy/with').map((_, i) => i + 1),
        tickFormat: String,
        label: 'layer',
      },
      y: { nice: true, tickFormat: shareTick },
      curves: curves(all.slice(0, 3), ({ group, condition }) => {
        const layers = measuredTable(group, `head-entropy/${condition}`).map(meanOfHeads);
        return curvePoints(
          layers.map((_, i) => i + 1),
          layers,
        );
      }),
    },
  ];
}

/** The mean of a layer's heads. Its interval is the mean of theirs, which is wider than their mean's own. */
function meanOfHeads(heads: readonly Estimate[]): Estimate {
  const mean = (part: keyof Estimate) => heads.reduce((sum, head) => sum + head[part], 0) / heads.length;
  return { mean: mean('mean'), low: mean('low'), high: mean('high') };
}

/** Shades grow with the root of the weight, so that the small weights on text can be told apart beside the sink's. */
const SHADES: ShadeScale = {
  height: Math.sqrt,
  ticks: [0.01, 0.1, 0.3, 1].map((value) => ({ value, text: String(value) })),
};

function panels(data: ExperimentResult, { layout }: { layout: Layout }): Panel[] {
  const maps = removalsOf(data).map(({ group, condition, label }): Panel => {
    const weights = measuredTable(group, `map/${condition}`);
    const panel = heatMapPanel({
      title:
        { 'with sink': 'With sink', masked: 'Masked', replaced: 'Replaced', 'no <bos>': 'No <bos>' }[label] ?? label,
      unit: 'query (down), key',
      x: { ticks: [1, 8, 16], tickFormat: String, label: null },
      y: { domain: [weights.length + 0.5, 0.5], ticks: [1, 8, 16], tickFormat: String },
      // A query sees no later key.
      cells: weights.map((row, query) => row.map(({ mean }, key) => (key > query ? null : mean))),
      origin: { x: 1, y: 1 },
      shades: SHADES,
      margins: { left: 26, right: 50, bottom: 24 },
      plotHeight: { narrow: 124, medium: 250, wide: 158 }[layout],
    });
    return { ...panel, span: layout === 'wide' ? 3 : 1 };
  });
  const [dots, ...curves] = charts(data);
  const dotSpan = { narrow: 2, medium: 2, wide: 4 }[layout];
  const curveSpan = { narrow: 2, medium: 1, wide: 4 }[layout];
  return [
    ...maps,
    { ...dotPanel(dots), span: dotSpan },
    ...curves.map((chart) => ({ ...curvePanel(chart), span: curveSpan })),
  ];
}

function caption(data: ExperimentResult): string {
  const [withSink, arithmetic, masked] = charts(data)[0].rows.map(({ dots }) => dots[0]!.mean);
  return (
    `Maps: attention averaged over all heads and ${quotedNumber(data, 'windows')} held-out windows, first 16 queries and ` +
    'keys; shades grow with the root of the weight. Below: the entropy of a query’s weights over the largest it could ' +
    'have, mean over text, with 95\u202f% intervals over the seeds; small dots are single seeds. With the sink it is ' +
    `${written(withSink!, SHARE)}; leaving the first key out of the same rows, by arithmetic alone, gives ` +
    `${written(arithmetic!, SHARE)}; masking it in the model ${written(masked!, SHARE)}. The paper shows maps of Gemma 7B ` +
    '(figure 3) and measures nothing on them; the measure and the numbers are ours.'
  );
}

function description(data: ExperimentResult): string {
  const rows = charts(data)[0].rows.map(({ dots: [dot] }) => `${dot!.name} ${withInterval(dot!, SHARE)}`);
  return (
    'Four heat maps of mean attention, keys against queries, and three charts of how even rows of attention are: overall, ' +
    `by query and by layer. Entropy of rows over its largest value: ${rows.join('; ')}.`
  );
}

function reading(data: ExperimentResult): string[] {
  const { group } = removalsOf(data)[0]!;
  const heads = measuredTable(group, 'head-entropy/with').flat().length;
  return [
    'The maps. Rows are queries from the top down, columns the keys that they attend to; the share of a query’s attention on a key is the shade. The sink, where there is one, is the dark column at the left. Masked, the first token attends to itself alone, and nobody else to it.',
    'Evenness. The entropy of the weights of a query over the logarithm of the number of keys it sees: 1 where all keys have the same weight, 0 where one has all. A sink takes weight, so rows with it are uneven by nature; what counts is how even the rest is without it.',
    'Arithmetic. The ring and the dashed line are the rows of the model as trained, with the weight on the first key left out and the rest scaled to sum to one: what removal does with no change of behaviour. Only what lies above it is smoothing of the text’s own attention.',
    REMOVALS_EXPLAINED,
    `What the figure cannot show. An average over ${heads} heads hides single ones, and heads of different seeds cannot be matched, so layers are the finest grain here; the bands by layer are the mean of the heads’ intervals, and too wide rather than too narrow. Even attention is not yet mixing: what is written also depends on the values.`,
  ];
}
