/** The small charts of the training context: sinks by context and over training, losses, and the paper's course. */
import * as Plot from '@observablehq/plot';
import { chanceAttention, PREFIX_LENGTH } from '../../measures/sink.ts';
import { CONTEXT_LENGTH_SHAPE } from '../../paper/paper.ts';
import type { ExperimentResult } from '../../results/schema.ts';
import { ALONG, inSteps, LONGER, type Protocol, readContexts } from './context-length-reading.ts';
import { chanceMarks, estimateMarks, extentOf, keyMarks, roomAtLeft } from './estimates.ts';
import type { Layout, Panel } from './figure.ts';
import { spreadApart } from './label-places.ts';
import { AXIS, gridlines, halo, VALUE_AXIS } from './marks.ts';
import { colour } from './palette.ts';
import { estimateOf } from './read-results.ts';
import { shareTick } from './written.ts';

export function contextLengthPanels(data: ExperimentResult, { layout }: { layout: Layout }): Panel[] {
  const protocols = readContexts(data);
  const narrow = layout === 'narrow';
  const margins = { marginLeft: narrow ? 30 : 34, marginRight: 18 };
  const contexts = protocols[0]!.sizes.map(({ x }) => x);
  const x: Plot.ScaleOptions = {
    type: 'log',
    base: 2,
    domain: [contexts[0]! / 1.3, contexts.at(-1)! * 1.3],
    ticks: narrow ? contexts.filter((_, i) => i % 2 === 0) : contexts,
    tickFormat: String,
    label: 'training context, tokens',
    ...AXIS,
  };
  return [
    ...afterTraining(protocols, { x, margins, narrow }),
    paperPanel({ margins, narrow }),
    ...alongTraining(protocols, { margins, narrow }),
    lossPanel(protocols, { x, margins }),
  ];
}

interface Setting {
  margins: { marginLeft: number; marginRight: number };
  narrow: boolean;
}

function afterTraining(
  protocols: readonly Protocol[],
  { x, margins, narrow }: Setting & { x: Plot.ScaleOptions },
): Panel[] {
  const chance = chanceAttention(PREFIX_LENGTH);
  const [low, high] = extentOf(
    protocols.flatMap(({ trained, atLoss, longer }) => [...trained, ...atLoss, ...(longer?.trained ?? [])]),
  );
  const highest = ({ trained, atLoss }: Protocol) => extentOf([...trained, ...atLoss])[1];
  const roomiest = protocols.reduce((best, protocol) => (highest(protocol) < highest(best) ? protocol : best));
  const domain = shareDomain(Math.min(low, chance), high);
  const chanceLine = { mean: chance, low: chance, high: chance };
  const keyHeight = roomAtLeft([roomiest.trained, roomiest.atLoss, [chanceLine]], domain);
  return protocols.map((protocol) => ({
    title: protocol.title,
    unit: `attention to ${narrow ? '' : 'the '}first token`,
    options: {
      ...margins,
      x,
      y: { domain, ticks: 4, tickFormat: shareTick, ...VALUE_AXIS },
      marks: [
        gridlines(),
        ...chanceMarks(chance, protocol.trained.at(-1)!.mean < chance ? 'above' : 'below'),
        ...estimateMarks(protocol.atLoss, { colour: protocol.colour, hollow: true, dx: -3 }),
        ...estimateMarks(protocol.trained, { colour: protocol.colour, dx: 3 }),
        ...(protocol.longer ? longerMarks(protocol.longer, protocol.trained) : []),
        ...(protocol === roomiest ? keyMarks(protocol.colour, ['after training', 'at equal loss'], keyHeight) : []),
      ],
    },
  }));
}

/** After longer training, named at the end of its line, on the side away from the shorter one. */
function longerMarks(longer: NonNullable<Protocol['longer']>, shorter: Protocol['trained']): Plot.Markish[] {
  const last = longer.trained.at(-1)!;
  const above = last.mean > shorter.at(-1)!.mean;
  return [
    ...estimateMarks(longer.trained, { colour: LONGER.colour, dx: 6 }),
    Plot.text([last], {
      x: 'x',
      y: above ? 'high' : 'low',
      text: [inSteps(longer.steps)],
      textAnchor: 'end',
      dx: 12,
      dy: above ? -10 : 10,
      fill: colour(LONGER.colour),
      ...halo,
    }),
  ];
}

/**
 * The same attention over training, a line a context: the longer, the stronger the line. Longer training repeats the
 * steps of the shorter and goes on, so it is drawn instead.
 */
function alongTraining(protocols: readonly Protocol[], { margins, narrow }: Setting): Panel[] {
  const drawn = protocols.map(({ longer, sizes, steps }) => longer ?? { sizes, steps });
  const curves = drawn.map(({ sizes }) =>
    sizes.map(({ group, x }, index) => ({
      x,
      strength: (index + 1) / sizes.length,
      points: group.series.map(({ step }, at) => ({ step, ...estimateOf(group, ALONG, at) })),
    })),
  );
  const points = curves.flat().flatMap((curve) => curve.points);
  const domain = shareDomain(Math.min(0, ...points.map(({ low }) => low)), Math.max(...points.map(({ high }) => high)));
  return protocols.map((protocol, index) => {
    const stroke = colour(protocol.colour);
    const ends = curves[index]!.map((curve) => ({ ...curve.points.at(-1)!, text: String(curve.x) }));
    return {
      title: `On the way: ${protocol.label}`,
      unit: narrow ? 'above chance, by context' : 'attention above chance, by context',
      options: {
        ...margins,
        marginRight: 32,
        x: {
          domain: [0, drawn[index]!.steps],
          ticks: narrow ? [0, drawn[index]!.steps] : 3,
          label: 'training step',
          ...AXIS,
        },
        y: { domain, ticks: 4, tickFormat: shareTick, ...VALUE_AXIS },
        marks: [
          gridlines(),
          Plot.ruleY([0], { stroke: colour('muted'), strokeDasharray: '2 3' }),
          ...curves[index]!.flatMap(({ points: own, strength }) => [
            Plot.areaY(own, { x: 'step', y1: 'low', y2: 'high', fill: stroke, fillOpacity: 0.12 }),
            Plot.line(own, {
              x: 'step',
              y: 'mean',
              stroke,
              strokeWidth: 1 + 1.4 * strength,
              strokeOpacity: 0.35 + 0.65 * strength,
            }),
          ]),
          Plot.text(
            ends,
            spreadApart({ x: 'step', y: 'mean', text: 'text', textAnchor: 'start', dx: 5, fill: stroke, ...halo }),
          ),
        ],
      },
    };
  });
}

/** The paper's course as a sketch without a vertical scale: its readers agree on the shape alone. */
function paperPanel({ margins, narrow }: Setting): Panel {
  const { contexts, course, place } = CONTEXT_LENGTH_SHAPE;
  const rises: Record<(typeof course)[number], number> = { 'almost none': 0, rising: 1, saturating: 0.2 };
  let height = 0;
  const points = contexts.map((context, i) => {
    height += rises[course[i]!];
    return { context, height, text: course[i] === course[i - 1] ? '' : course[i] };
  });
  const [first, last] = [points[0]!, points.at(-1)!];
  const name = { x: 'context', y: 'height', text: 'text', fill: colour('muted'), ...halo } as const;
  return {
    title: `The paper, ${place}`,
    unit: narrow ? 'its shape; no heights known' : 'its shape; heights are not known',
    options: {
      ...margins,
      x: {
        type: 'log',
        base: 2,
        domain: [first.context / 1.3, last.context * 1.3],
        ticks: narrow ? [first.context, 512, last.context] : [...contexts],
        tickFormat: String,
        label: 'training context, tokens',
        ...AXIS,
      },
      y: { domain: [-0.15 * last.height, 1.25 * last.height], ticks: [], ...VALUE_AXIS },
      marks: [
        Plot.ruleY([0], { stroke: colour('rule') }),
        Plot.line(points, {
          x: 'context',
          y: 'height',
          curve: 'monotone-x',
          stroke: colour('muted'),
          strokeWidth: 2,
          strokeDasharray: '1 4',
          strokeLinecap: 'round',
        }),
        Plot.text(points.slice(0, 1), { ...name, textAnchor: 'start', dy: 10, dx: -6 }),
        Plot.text(points.slice(1, 3), { ...name, textAnchor: 'start', dx: 12, dy: 6 }),
        Plot.text(points.slice(-1), { ...name, textAnchor: 'end', dy: -14, dx: 6 }),
      ],
    },
  };
}

function lossPanel(
  protocols: readonly Protocol[],
  { x, margins }: { x: Plot.ScaleOptions; margins: Setting['margins'] },
): Panel {
  const lines = protocols.flatMap(({ losses, label, colour: name, longer }) => [
    { losses, label, name },
    ...(longer ? [{ losses: longer.losses, label: LONGER.label, name: LONGER.colour }] : []),
  ]);
  const ends = lines.map(({ losses, label, name }) => ({ ...losses.at(-1)!, label, name }));
  const [low, high] = extentOf(lines.flatMap(({ losses }) => losses));
  return {
    title: 'Validation loss',
    unit: 'nats a token, own context',
    options: {
      ...margins,
      marginRight: 58,
      x,
      y: { domain: [Math.floor(10 * low) / 10, Math.ceil(10 * high) / 10], ticks: 4, ...VALUE_AXIS },
      marks: [
        gridlines(),
        ...lines.flatMap(({ losses, name }, i) => estimateMarks(losses, { colour: name, dx: 4 * (i - 1) })),
        Plot.text(
          ends,
          spreadApart({
            x: 'x',
            y: 'mean',
            text: 'label',
            textAnchor: 'start',
            dx: 10,
            fill: { value: ({ name }: (typeof ends)[number]) => colour(name), scale: null },
            ...halo,
          }),
        ),
      ],
    },
  };
}

/** A domain that ends on tenths. */
function shareDomain(low: number, high: number): [number, number] {
  return [Math.floor(10 * Math.min(low, 0)) / 10, Math.min(1, Math.ceil(10 * high + 0.25) / 10)];
}
