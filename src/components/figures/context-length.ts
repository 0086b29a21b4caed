/**
 * The sink against the length of the training context, for three places of `<bos>`: after training, for one of them after
 * longer training too, at equal loss, and on the way; beside them the course of the paper's own sweep, whose heights are
 * not known.
 */
import { chanceAttention, PREFIX_LENGTH } from '../../measures/sink.ts';
import { CONTEXT_LENGTH_SHAPE } from '../../paper/paper.ts';
import { isFlat } from '../../results/plateau.ts';
import type { ExperimentResult } from '../../results/schema.ts';
import { contextLengthPanels } from './context-length-panels.ts';
import { ALONG, inSteps, readContexts } from './context-length-reading.ts';
import type { Figure, Grid, Layout, Table } from './figure.ts';
import { estimateOf } from './read-results.ts';
import { estimateCells, estimateColumns, NATS, SHARE, withInterval, written } from './written.ts';

export const contextLength: Figure = {
  id: 'context-length',
  experiment: 'context-length',
  title: 'Sinks and the length of the training context',
  question: 'Do models that were trained on longer contexts attend more to the first token?',
  caption,
  description,
  reading,
  panels: contextLengthPanels,
  grid: (_data, layout) => GRID[layout],
  table,
};

const GRID: Record<Layout, Partial<Grid>> = {
  narrow: { columns: 2, plotHeight: 170, gutter: 14 },
  medium: { columns: 2, plotHeight: 180, gutter: 24 },
  wide: { columns: 4, plotHeight: 210, gutter: 22 },
};

function caption(data: ExperimentResult): string {
  const protocols = readContexts(data);
  const { trained, steps } = protocols[0]!;
  const seeds = trained[0]!.seeds.length;
  const longer = protocols.flatMap((protocol) => (protocol.longer ? [protocol.longer.steps] : []));
  const also = longer.map((more) => ` and, with <bos> fixed, after ${inSteps(more)}`).join('');
  return (
    `Top: attention that the first ${PREFIX_LENGTH} queries, which every context has, pay to the first token; discs after ${inSteps(steps)} of equally many tokens${also}, ` +
    `rings where all models of the panel have come down to the same loss. Means of ${seeds} seeds with 95\u202f% intervals, the seeds as specks beside them. ` +
    `Bottom: attention of all queries above chance on the way, the darker the longer the context. ` +
    `The paper’s sweep (${CONTEXT_LENGTH_SHAPE.place}) is a sketch after ${CONTEXT_LENGTH_SHAPE.source}.`
  );
}

function description(data: ExperimentResult): string {
  const sentences = readContexts(data).map(({ name, trained, atLoss, loss, longer }) => {
    const ends = (list: typeof trained) =>
      `from ${withInterval(list[0]!, SHARE)} at context ${list[0]!.x} to ${withInterval(list.at(-1)!, SHARE)} at ${list.at(-1)!.x}`;
    const also = longer ? `, ${ends(longer.trained)} after ${inSteps(longer.steps)}` : '';
    return (
      `Trained ${name}, attention of the first queries to the first token goes ${ends(trained)} after training${also}, and ${ends(atLoss)} ` +
      `where the loss is ${written(loss, NATS)}.`
    );
  });
  return (
    `Eight small charts: for three places of <bos>, attention against the training context and over training; losses; and the paper’s course as a sketch. ${sentences.join(' ')} ` +
    `Chance is ${written(chanceAttention(PREFIX_LENGTH), SHARE)}. The paper’s course: ${[...new Set(CONTEXT_LENGTH_SHAPE.course)].join(', ')}.`
  );
}

/** Which models' curves have flattened, in words. */
function flattening(data: ExperimentResult): string {
  const tolerance = data.values['flat/tolerance']?.value;
  if (tolerance === undefined) return '';
  const trained = readContexts(data).flatMap(({ name, sizes, longer }) => [
    { name, sizes },
    ...(longer ? [{ name: `${name} after ${inSteps(longer.steps)}`, sizes: longer.sizes }] : []),
  ]);
  const moving = trained.flatMap(({ name, sizes }) => {
    const contexts = sizes.filter(({ group }) => {
      const { low = 0, high = 0 } = data.values[`${group.id}/late-change`] ?? {};
      return !isFlat({ low, high }, tolerance);
    });
    return contexts.length > 0 ? [`${name} at ${contexts.map(({ x }) => x).join(', ')}`] : [];
  });
  const rule = `A curve counts as flat if attention moves by less than ${tolerance} from the third quarter of training to the last, its whole interval.`;
  return moving.length === 0
    ? `${rule} All have flattened.`
    : `${rule} Still moving: ${moving.join('; ')}. Where a curve still moves, the disc is not yet what the context would lead to.`;
}

function reading(data: ExperimentResult): string[] {
  const levels = readContexts(data).map(({ name, loss }) => `${written(loss, NATS)} ${name}`);
  return [
    `After training. Every model is measured over the same first ${PREFIX_LENGTH} queries, since attention spread evenly over more tokens leaves less for the first: chance would differ from context to context. A rising row of discs is what the paper reports; only what lies above the dashed line is a sink.`,
    `At equal loss. Longer contexts learn at another pace, so the rings compare the models where their validation loss first comes to the lowest that all of a panel reach: ${levels.join(', ')}. Where rings rise as discs do, the context itself matters and not how far training has come. Losses are measured in each model’s own context.`,
    'On the way. Attention of all queries of the model’s own context, less what even attention gives there. The number at the end of a line is its context. Where there is a longer training, it repeats the steps of the shorter one and goes on.',
    `Where the curves flatten. ${flattening(data)}`,
    'The paper’s course. Its models are larger and its contexts longer; no scale is drawn, since its heights are not known to us. It does not say where <bos> stood; without a fixed <bos> is the likeliest.',
    'What the figure cannot show. The steps of all models are equal in tokens, so a longer context means fewer sequences; the two cannot be told apart here.',
  ];
}

function table(data: ExperimentResult): Table {
  return {
    columns: [
      { id: 'bos', label: '<bos> in training' },
      { id: 'context', label: 'Context' },
      { id: 'steps', label: 'Steps' },
      ...estimateColumns('prefix-attention', 'Attention of the first queries'),
      ...estimateColumns('prefix-attention-at-loss', 'The same at equal loss'),
      ...estimateColumns('above-chance', 'All queries, above chance'),
      ...estimateColumns('sink-rate', 'Sink rate, ε = 0.3'),
      ...estimateColumns('loss', 'Validation loss (nats)'),
    ],
    rows: readContexts(data).flatMap(({ id, longer, ...shorter }) =>
      [shorter, ...(longer ? [longer] : [])].flatMap(({ sizes, steps, trained, atLoss, losses }) =>
        sizes.map(({ group, x }, i) => [
          id === 'document' ? 'document starts' : id,
          x,
          steps,
          ...estimateCells(trained[i]!),
          ...estimateCells(atLoss[i]!),
          ...estimateCells(estimateOf(group, ALONG)),
          ...estimateCells(estimateOf(group, 'sinkRate-0.3')),
          ...estimateCells(losses[i]!),
        ]),
      ),
    ),
  };
}
