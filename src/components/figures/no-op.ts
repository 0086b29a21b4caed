/**
 * Do heads switch off through the sink: what they write from the first token, on what they switch, and what the loss says
 * when the first token's values are taken away.
 */
import * as Plot from '@observablehq/plot';
import type { ExperimentResult } from '../../results/schema.ts';
import { chartTable } from './chart-table.ts';
import { type CurveChart, curvePanel, curvePoints } from './curves.ts';
import { type DotChart, dotPanel } from './dot-rows.ts';
import type { Figure, Panel } from './figure.ts';
import { AXIS, VALUE_AXIS } from './marks.ts';
import { type Colour, colour } from './palette.ts';
import { groupOf, measuredList, measuredNumber, quotedNumber, runsOf } from './read-results.ts';
import { tokenClassName } from './token-class-names.ts';
import { percentTick, SHARE, type Style, shareTick, withInterval, written } from './written.ts';

const LOSS: Style = { format: 'nats', digits: 3 };

export const noOp: Figure = {
  id: 'no-op',
  experiment: 'no-op',
  title: 'Heads that switch off',
  question: 'Do heads that attend to the first token write nothing, and switch by what token they are at?',
  caption,
  description,
  reading,
  panels,
  table: (data) => chartTable(Object.values(charts(data))),
};

const MODELS = [
  { id: 'bos', title: 'Models with <bos>', name: 'with <bos>', label: 'with <bos>', colour: 'first' },
  { id: 'no-bos', title: 'Models without <bos>', name: 'trained without <bos>', label: 'no <bos>', colour: 'fourth' },
] as const satisfies { id: string; title: string; name: string; label: string; colour: Colour }[];

interface Charts {
  written: DotChart;
  switches: DotChart;
  explained: CurveChart;
  ablations: DotChart;
}

function charts(data: ExperimentResult): Charts {
  const models = MODELS.map((model) => ({ ...model, group: groupOf(data, model.id) }));
  const dotsOf = (name: string) =>
    models.map(({ group, name: of, colour: own }, i) => ({
      ...measuredNumber(group, name),
      name: of,
      colour: own,
      hollow: i > 0,
    }));
  return {
    written: {
      title: 'At queries that attend to the first token',
      unit: 'the most; with <bos> (disc), without (ring)',
      x: { zero: true, nice: true, label: 'share, or ratio', tickFormat: shareTick },
      levels: [{ value: 1, text: '1' }],
      rows: [
        { label: 'attention to it', dots: dotsOf('strongest-quarter/attentionOff') },
        { label: 'its value’s norm', dots: dotsOf('strongest-quarter/valueNorm') },
        { label: 'its part of the write', dots: dotsOf('strongest-quarter/firstShare') },
        { label: 'write, off over on', dots: dotsOf('strongest-quarter/offOverOn') },
      ],
      labelMargin: 142,
    },
    switches: {
      title: 'The head that switches most',
      unit: 'attention to first: class (disc), rest (ring)',
      x: { domain: [0, 1], ticks: 2, label: 'attention to the first token', tickFormat: shareTick },
      rows: switchesOfSeeds(data),
      joined: true,
      labelMargin: 178,
    },
    explained: {
      title: 'How far a class explains each head',
      unit: 'share of the variance of attention to the first',
      axis: 'head, by rank',
      x: { label: 'heads, the most explained first' },
      y: { zero: true, nice: true, tickFormat: percentTick },
      curves: models.map((model) => {
        const shares = measuredList(model.group, 'switch/explained');
        return {
          ...model,
          points: curvePoints(
            shares.map((_, i) => i + 1),
            shares,
          ),
        };
      }),
      labelMargin: 82,
    },
    ablations: {
      title: 'What the loss says',
      unit: 'rise of the loss; with <bos> (disc), without (ring)',
      x: { nice: true, label: 'nats a token', tickFormat: shortNumber },
      levels: [{ value: 0, text: 'no change' }],
      rows: [
        { label: 'its values zero', dots: dotsOf('ablation/zero-first') },
        { label: 'it masked', dots: dotsOf('ablation/mask-first') },
        { label: 'another’s values', dots: dotsOf('ablation/ordinary-first') },
        { label: 'another’s zero', dots: dotsOf('ablation/zero-ordinary') },
      ],
    },
  };
}

/** One row a seed of the models with `<bos>`: the class on which its strongest head switches, and the two means. */
function switchesOfSeeds(data: ExperimentResult): DotChart['rows'] {
  const group = groupOf(data, 'bos');
  const seeds = (name: string) => measuredNumber(group, `switch/strongest/${name}`).seeds;
  const [inside, outside, offset] = [seeds('inside'), seeds('outside'), seeds('offset')];
  const runs = runsOf(data, group);
  return seeds('class').map((number, i) => {
    const where = offset[i] === 0 ? '' : 'before it ';
    const single = (value: number) => ({ mean: value, low: value, high: value });
    return {
      label: `seed ${runs[i]!.specification.seed}: ${where}${tokenClassName(number)}`,
      dots: [
        { ...single(inside[i]!), name: 'at tokens of the class', colour: 'first' },
        { ...single(outside[i]!), name: 'at other tokens', colour: 'first', hollow: true },
      ],
    };
  });
}

/** Every head of every model at its last evaluation. */
function headsPanel(data: ExperimentResult, { id, title, colour: name }: (typeof MODELS)[number], top: number): Panel {
  const threshold = 0.3;
  return {
    title,
    unit: 'norm of the first value over the others’',
    options: {
      marginRight: 16,
      x: { domain: [0, 1], ticks: 4, tickFormat: shareTick, label: 'attention to the first token', ...AXIS },
      y: { domain: [0, top], nice: true, ticks: 4, ...VALUE_AXIS },
      marks: [
        Plot.gridY({ stroke: colour('rule'), strokeOpacity: 1, ticks: 4 }),
        Plot.ruleY([1], { stroke: colour('muted'), strokeDasharray: '2 3' }),
        Plot.ruleX([threshold], { stroke: colour('muted'), strokeDasharray: '2 3' }),
        Plot.dot(headsOf(data, id), {
          x: 'attention',
          y: 'valueNorm',
          r: 3.25,
          fill: colour(name),
          fillOpacity: 0.55,
          stroke: colour('paper'),
          strokeWidth: 0.75,
        }),
      ],
    },
  };
}

function headsOf(data: ExperimentResult, id: string): { attention: number; valueNorm: number }[] {
  return runsOf(data, groupOf(data, id)).flatMap(({ evaluations }) => {
    const { headFirstAttention, headFirstValueNorm } = evaluations.at(-1)!;
    const norms = headFirstValueNorm.flat();
    return headFirstAttention.flat().map((attention, i) => ({ attention, valueNorm: norms[i]! }));
  });
}

function panels(data: ExperimentResult): Panel[] {
  const all = charts(data);
  const top = Math.max(1.2, ...MODELS.flatMap(({ id }) => headsOf(data, id).map(({ valueNorm }) => valueNorm)));
  return [
    ...MODELS.map((model) => headsPanel(data, model, top)),
    dotPanel(all.written),
    dotPanel(all.switches),
    curvePanel(all.explained),
    dotPanel(all.ablations),
  ];
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(2))).replace('-', '\u2212');
}

function quoted(data: ExperimentResult) {
  const group = groupOf(data, 'bos');
  return {
    heads: headsOf(data, 'bos').length,
    correlation: measuredNumber(group, 'spearman/value-norm'),
    explained: measuredNumber(group, 'switch/strongest/explained'),
    zero: measuredNumber(group, 'ablation/zero-first'),
    mask: measuredNumber(group, 'ablation/mask-first'),
  };
}

function caption(data: ExperimentResult): string {
  const { heads, correlation, explained, zero, mask } = quoted(data);
  return (
    `Top left, one dot a head, ${heads} heads of all models with <bos>: how much it attends to the first token, and how ` +
    'long the value is that it reads there, over the others’ (below 1: shorter). Rank correlation of the two: ' +
    `${written(correlation.mean, SHARE)} on average. A head that switches off attends to the first token at some kinds of ` +
    'tokens and not at others; the best class of tokens explains ' +
    `${percentTick(explained.mean)} of the variance in the head that switches most. Taking the first token’s values away ` +
    `raises the loss by ${written(zero.mean, LOSS)}, masking it by ${written(mask.mean, LOSS)}. Intervals are 95\u202f% over ` +
    'the seeds. The paper shows one head of Gemma 7B (figure 4) and gives no norms; the numbers are ours.'
  );
}

function description(data: ExperimentResult): string {
  const { correlation, explained, zero, mask } = quoted(data);
  return (
    'Two scatter plots of heads, value norm of the first token against attention to it, with <bos> and without; three ' +
    'charts of dots, of what is written at queries that attend to the first token, of the head that switches most, and of ' +
    'the rise of the loss; and one curve of the variance that a class of tokens explains. Rank correlation over heads of ' +
    `attention and value norm: ${withInterval(correlation, SHARE)}. Variance explained in the strongest head: ` +
    `${withInterval(explained, SHARE)}. Rise of the loss with the first token’s values zero: ${withInterval(zero, LOSS)}; ` +
    `with it masked: ${withInterval(mask, LOSS)}.`
  );
}

function reading(data: ExperimentResult): string[] {
  const nothing = measuredNumber(groupOf(data, 'bos'), 'switch/strongest/null');
  return [
    'Attention and value. Right of the vertical line heads count as sinks by the paper’s threshold of 0.3; below the horizontal line the first token’s value is shorter than the others’. A no-op asks for dots at the lower right: much attention, and little to read.',
    'At queries that attend to the first token. Of the quarter of heads that attend to it most, and of each the quarter of queries that do most: attention to the first token; the norm of its value over the others’; its part in what the head writes, by length after the output matrix; and the length of the whole write over that of the quarter of queries that attend to it least. If heads switch off, the first row is near 1 and the others near 0.',
    `The head that switches most. Found on every other window among all heads and all classes of the current or the previous token, and measured on the rest; “before it” stands for a class of the token before. A disc far from its ring is a head that switches: off at the class where the disc is at the right. Labels of other windows explain at most ${percentTick(nothing.mean)} of its variance. Every seed is a model of its own, so each may have found another class.`,
    `What the loss says. The values of the first token are set to zero for all later queries, with attention as it was; the token is masked, so that its weight goes to the others; it gets another token’s values; and, for comparison, an ordinary token’s values are set to zero (that token has ${written(measuredNumber(groupOf(data, 'bos'), 'ablation/attention-ordinary').mean, SHARE)} of the attention, the first ${written(measuredNumber(groupOf(data, 'bos'), 'ablation/attention-first').mean, SHARE)}). A no-op costs nothing when zeroed, and something when masked.`,
    `What the figure cannot show. A class is one guess at what a head switches on; a head may switch on something that no class names. The criterion asks for a value norm below ${shareTick(quotedNumber(data, 'criterion/value-norm'))}, and says nothing of why values are short.`,
  ];
}
