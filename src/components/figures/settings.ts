/**
 * Mixing and collapse at other settings than the one their verdicts rest on: what each measure is without the sink over
 * with it, a row a setting, a dot a way of taking the sink away.
 */
import * as Plot from '@observablehq/plot';
import type { ExperimentResult } from '../../results/schema.ts';
import { chartTable } from './chart-table.ts';
import { type DotChart, type DotRow, domainOfDots, dotPanel } from './dot-rows.ts';
import type { Cell, Figure, Grid, Layout, Panel, Table } from './figure.ts';
import { AXIS, gridlines, VALUE_AXIS } from './marks.ts';
import { type Colour, colour } from './palette.ts';
import { groupOf, measuredNumber, quotedEstimate, quotedNumber, seedValues } from './read-results.ts';
import { REMOVALS_EXPLAINED } from './removal.ts';
import { RATIO, SHARE, shareTick, withInterval, written } from './written.ts';

/**
 * Deleting the token is left out: with relative positions it gives the states of masking it. So is an ordinary token in
 * its place, which gives nearly the same numbers and would hide them; they are quoted with the experiment.
 */
const WAYS: readonly { id: string; name: string; colour: Colour }[] = [
  { id: 'masked', name: 'first token masked', colour: 'second' },
  { id: 'trained-without', name: 'models trained without <bos>', colour: 'fourth' },
];

/** The measures of both criteria, each with the ratio that it must pass, and the experiment whose criterion that is. */
const MEASURES = [
  { id: 'mean-change', title: 'Mixing: change behind a token', measured: 'change of states behind an exchanged token' },
  { id: 'residual', title: 'Spread of states', measured: 'residual of states to their mean' },
  { id: 'effective-rank', title: 'Rank of states', measured: 'effective rank of states' },
  { id: 'suffix-distance', title: 'A token again and again', measured: 'distance of the last two states' },
] as const;
type MeasureId = (typeof MEASURES)[number]['id'];

export const settings: Figure = {
  id: 'settings',
  experiment: 'settings',
  title: 'Mixing and collapse at other settings',
  question: 'Does taking the sink away do elsewhere what it did in the model that the verdicts rest on?',
  caption,
  description,
  reading,
  panels: (data) => [...charts(data).map(dotPanel), ...STRENGTH.map((of) => strengthPanel(data, of))],
  grid: (_data, layout) => GRID[layout],
  table,
};

const GRID: Record<Layout, Partial<Grid>> = {
  narrow: { columns: 1 },
  medium: { columns: 2, gutter: 18 },
  wide: { columns: 2, gutter: 28 },
};

/** The settings that the results hold, the one of the verdicts first, named by what sets them apart. */
function settingsOf(data: ExperimentResult): { id: string; label: string }[] {
  const number = (id: string, what: string) => quotedNumber(data, `${id}/${what}`);
  const labels: Record<string, () => string> = {
    reference: () => `${number('reference', 'layers')} layers, as there`,
    deeper: () => `${number('deeper', 'layers')} layers`,
    'longer-text': () => `context ${number('longer-text', 'context')}`,
    'longer-both': () => `context ${number('longer-both', 'context')}, longer`,
    'higher-rate': () => 'twice the rate',
  };
  return Object.entries(labels)
    .filter(([id]) => Object.hasOwn(data.values, `${id}/layers`))
    .map(([id, label]) => ({ id, label: label() }));
}

function rows(data: ExperimentResult, measure: MeasureId): DotRow[] {
  return settingsOf(data).map(({ id, label }) => ({
    label,
    dots: WAYS.map((way) => ({ ...way, ...quotedEstimate(data, `${id}/${way.id}/${measure}/ratio`) })),
  }));
}

function charts(data: ExperimentResult): DotChart[] {
  return MEASURES.map(({ id, title }): DotChart => {
    const unit = 'ratio, without the sink over with it';
    const chart: DotChart = { title, unit, x: {}, rows: rows(data, id), labelMargin: 128 };
    const [low, high] = domainOfDots([chart]);
    const [from, to] = [Math.min(low, 1), Math.max(high, 1)];
    const room = 0.08 * (to - from);
    return {
      ...chart,
      x: { domain: [from - room, to + room], ticks: 4 },
      levels: [{ value: 1, text: 'the same' }],
    };
  });
}

/** Measures that are drawn against how strong the sink is, one dot a model. */
const STRENGTH = [
  { id: 'mean-change', measure: 'mean-change', title: 'Mixing, by the strength of the sink' },
  { id: 'residual', measure: 'trained/final/residual', title: 'Spread of states, by the same' },
] as const;
type Strength = (typeof STRENGTH)[number];

interface Model {
  setting: string;
  attention: number;
  ratio: number;
}

/** Every model with `<bos>`: its attention to the first token, and a measure with that masked over it as trained. */
function models(data: ExperimentResult, measure: string): Model[] {
  return settingsOf(data).flatMap(({ id, label }) => {
    const group = groupOf(data, id === 'reference' ? 'bos' : `${id}-bos`);
    const [masked, withSink] = ['masked', 'with'].map((way) => measuredNumber(group, `${measure}/${way}`).seeds);
    return seedValues(data, group, 'firstAttentionAboveChance').map((attention, seed) => ({
      setting: label,
      attention,
      ratio: masked![seed]! / withSink![seed]!,
    }));
  });
}

function strengthPanel(data: ExperimentResult, { title, measure }: Strength): Panel {
  return {
    title,
    unit: 'ratio, first token masked over as trained',
    plotHeight: 190,
    options: {
      marginLeft: 40,
      x: { ...AXIS, label: 'attention to the first token above chance', ticks: 4, tickFormat: shareTick, nice: true },
      y: { ...VALUE_AXIS, ticks: 4, nice: true },
      marks: [
        gridlines(),
        Plot.ruleY([1], { stroke: colour('muted'), strokeDasharray: '2 3' }),
        Plot.dot(models(data, measure), {
          x: 'attention',
          y: 'ratio',
          r: 4,
          fill: colour('second'),
          fillOpacity: 0.75,
        }),
      ],
    },
  };
}

function table(data: ExperimentResult): Table {
  const { columns, rows } = chartTable(charts(data));
  const single = STRENGTH.flatMap(({ title, measure }) =>
    models(data, measure).map(({ setting, attention, ratio }): Cell[] => [
      ...[title, `${setting}: one model`, 'attention above chance', attention],
      ...[ratio, null, null],
    ]),
  );
  return { columns, rows: [...rows, ...single] };
}

/** `12 layers: first token masked 1.40, ...` of every setting but the reference's. */
function told(data: ExperimentResult, measure: MeasureId, tell: (dot: DotRow['dots'][number]) => string): string {
  return rows(data, measure)
    .map(({ label, dots }) => `${label}: ${dots.map((dot) => `${dot.name} ${tell(dot)}`).join(', ')}`)
    .join('; ');
}

function caption(data: ExperimentResult): string {
  return (
    `What each measure is without the sink over what it is with it, after the last layer; means of ` +
    `${quotedNumber(data, 'seeds')} seeds with 95\u202f% intervals. Vermilion: first token masked. Plum, or pink in ` +
    'the dark: models trained without <bos>. If the sink slows mixing, the first ' +
    'panel’s dots stand right of 1; if it holds collapse back, the others’ stand left of it. The first row is the model ' +
    'that the verdicts on mixing and on collapse rest on. Below, every model with <bos> is a dot: masking against how ' +
    'strong its sink is.'
  );
}

function description(data: ExperimentResult): string {
  const sentences = MEASURES.map(
    ({ id, measured }) => `${measured}: ${told(data, id, (dot) => withInterval(dot, RATIO))}.`,
  );
  const strength = STRENGTH.map(({ id }) => written(quotedNumber(data, `strength/${id}/rank-correlation`), SHARE));
  return (
    `Four dot charts, a row a setting, of ratios without the sink over with it. ${sentences.join(' ')} Two scatter plots of ` +
    `${quotedNumber(data, 'strength/models')} models: the rank correlation of attention to the first token with the ratio ` +
    `of changes is ${strength[0]}, with that of residuals ${strength[1]}.`
  );
}

function reading(data: ExperimentResult): string[] {
  const attention = settingsOf(data)
    .map(({ id, label }) => {
      const above = quotedEstimate(data, `${id}/first-attention-above-chance`).mean;
      return `${written(above, SHARE)} (${label})`;
    })
    .join(', ');
  return [
    'Rows. Each setting changes the model that mixing and collapse were measured in: its layers, its context, its context and its steps of training (“longer”), or its learning rate. Every one was trained with <bos> and without.',
    REMOVALS_EXPLAINED,
    `How much there is to take away. Attention to the first token, less what even attention would give it: ${attention}. A weak sink leaves little to find.`,
    'By strength. The two lower panels were drawn when the runs were known, and decide nothing: models of all settings together, which differ in more than their sinks.',
    'What the figure cannot show. Four settings are four more chances for chance, and all are small: a ratio that stays put here says little of models a thousand times as large.',
  ];
}
