/**
 * The smallest model that needs a sink: attention to `<bos>` where nothing is to be copied and where something is, the
 * drained value, the peak of the state, and whether the task was learned, for every kind of model of the grid.
 */
import type { ExperimentResult, Group } from '../../results/schema.ts';
import { chartTable } from './chart-table.ts';
import { type Dot, type DotChart, type DotRow, dotPanel } from './dot-rows.ts';
import type { Figure, Panel } from './figure.ts';
import type { Colour } from './palette.ts';
import { groupOf, measuredNumber, quotedNumber } from './read-results.ts';
import { RATIO, SHARE, shareTick, withInterval, written } from './written.ts';

export const backcopy: Figure = {
  id: 'backcopy',
  experiment: 'backcopy',
  title: 'The smallest model that needs a sink',
  question:
    'When attention has nothing to add for most symbols, does it rest on the first token, and what takes that away?',
  caption,
  description,
  reading,
  panels: (data): Panel[] => charts(data).map(dotPanel),
  table: (data) => chartTable(charts(data)),
};

/** A colour for each way of training; ReLU is the third, whatever the optimiser. */
function colourOf({ id }: Group): Colour {
  if (id.startsWith('relu')) return 'third';
  return id.includes('adam') ? 'first' : 'second';
}

/** `softmax, Adam, 1` */
function labelOf({ label }: Group): string {
  return label.replace('ReLU attention', 'ReLU').replace(/ layers?$/, '');
}

function rowsOf(data: ExperimentResult, dots: (group: Group, colour: Colour) => Dot[]): DotRow[] {
  return data.groups.map((group) => ({ label: labelOf(group), dots: dots(group, colourOf(group)) }));
}

function charts(data: ExperimentResult): DotChart[] {
  const criterion = (name: string, text: string) => ({ value: quotedNumber(data, `criterion/${name}`), text });
  return [
    {
      title: 'Attention to <bos>',
      unit: 'other symbols (disc), triggers, which copy (ring)',
      x: { domain: [0, 1], label: 'share of attention, sink head', tickFormat: shareTick },
      levels: [criterion('none', 'none'), criterion('sink', 'sink')],
      joined: true,
      rows: rowsOf(data, (group, colour) => [
        { ...measuredNumber(group, 'sink-head/non-trigger'), name: 'attention of other symbols', colour },
        { ...measuredNumber(group, 'sink-head/trigger'), name: 'attention of triggers', colour, hollow: true },
      ]),
    },
    {
      title: 'The value of <bos>',
      unit: 'its norm over the others’, sink head',
      x: { zero: true, nice: true, label: 'ratio of norms' },
      levels: [criterion('drain', 'drained'), { value: 1, text: 'as others' }],
      rows: rowsOf(data, (group, colour) => [
        { ...measuredNumber(group, 'sink-head/first-value-norm'), name: 'value norm', colour },
      ]),
    },
    {
      title: 'The state of <bos>',
      unit: 'its largest norm between blocks over the others’',
      x: { zero: true, nice: true, label: 'ratio of norms' },
      levels: [{ value: 1, text: '1' }, criterion('peak', 'peak')],
      rows: rowsOf(data, (group, colour) => [
        { ...measuredNumber(group, 'largest-inner-state-norm'), name: 'state norm', colour },
      ]),
    },
    {
      title: 'Was the task learned?',
      unit: 'loss behind other symbols (disc), triggers (ring)',
      x: { zero: true, nice: true, label: 'nats a symbol' },
      rows: rowsOf(data, (group, colour) => [
        { ...measuredNumber(group, 'loss/non-trigger'), name: 'loss behind other symbols', colour },
        { ...measuredNumber(group, 'loss/trigger'), name: 'loss behind triggers', colour, hollow: true },
      ]),
    },
  ];
}

/** The three kinds of the source's claims, at their largest number of layers. */
const TOLD = [
  { id: 'softmax-adam-3', name: 'softmax and Adam' },
  { id: 'softmax-sgd-3', name: 'softmax and SGD' },
  { id: 'relu-adam-3', name: 'ReLU and Adam' },
] as const;

function told(data: ExperimentResult) {
  return TOLD.map(({ id, name }) => {
    const group = groupOf(data, id);
    return {
      name,
      sink: measuredNumber(group, 'sink-head/non-trigger'),
      trigger: measuredNumber(group, 'sink-head/trigger'),
      value: measuredNumber(group, 'sink-head/first-value-norm'),
      state: measuredNumber(group, 'largest-inner-state-norm'),
    };
  });
}

function caption(data: ExperimentResult): string {
  const sinks = told(data).map(
    ({ name, sink, trigger }) => `${name} ${written(sink.mean, SHARE)} and ${written(trigger.mean, SHARE)}`,
  );
  return (
    'Models of one head, width ' +
    `${quotedNumber(data, 'width')} and 1 or 3 layers, trained on Bigram-Backcopy: after a trigger the symbol before it ` +
    'comes again, any other symbol decides the next by itself. Rows: attention, optimiser, number of layers. Large dots are means over the seeds with 95\u202f% ' +
    'intervals, small ones single seeds; dotted lines the sizes of the criterion. Attention to <bos> of other symbols and ' +
    `of triggers, at 3 layers: ${sinks.join('; ')}. The claims are those of Guo et al. (2024); the numbers are ours.`
  );
}

function description(data: ExperimentResult): string {
  const rows = told(data).map(
    ({ name, sink, value, state }) =>
      `${name}: attention ${withInterval(sink, SHARE)}, value norm ${withInterval(value, RATIO)}, state norm ${withInterval(state, RATIO)}`,
  );
  return `Four charts of dots, a row for each kind of model: attention to <bos>, norm of its value, norm of its state, and loss. At 3 layers, ${rows.join('; ')}.`;
}

function reading(data: ExperimentResult): string[] {
  return [
    'Attention to <bos>. Of queries that are no trigger, where attention has nothing to add, and of triggers, which must look at the symbol before them; at the head where the former is largest. A sink that switches is a disc at the right and a ring at the left.',
    'The value of <bos>. The norm of its value over the mean of the others at that head. Left of the first line it is drained: attention rests on it and reads nothing.',
    'The state of <bos>. The largest norm of its state between blocks, behind the one block where there is one alone, over the mean of the others. The source finds a peak with Adam at 3 layers, none with SGD and none with ReLU.',
    'Was the task learned? Where the loss behind triggers is high, the model does not copy, and what its attention does means little.',
    `What the figure cannot show. The models are smaller and trained far shorter (${quotedNumber(data, 'steps')} steps) than the source’s, at higher rates; the settings were searched with other seeds, so the figure shows that these sinks form, not how often they would at random settings. Norms and activations follow the source but for norms without bias.`,
  ];
}
