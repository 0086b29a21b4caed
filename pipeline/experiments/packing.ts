/**
 * Is `<bos>` special? The paper's table 2: how documents are packed and where `<bos>` stands in training decides where the
 * sink sits, and how badly the model breaks when `<bos>` is not there.
 */
import type { Quotable, Verdict } from '../../src/results/schema.ts';
import { reading } from '../analyses/reading.ts';
import type { Experiment, FinishedGroup, GridPoint } from './experiment.ts';
import { changed, SMALL } from './models.ts';
import { count, groupOf, measuredEstimate, percent, quotable, withInterval } from './reading.ts';

const MASKS = { causal: 'causal mask', document: 'intra-document mask' } as const;
const PLACES = { none: 'no <bos>', document: '<bos> at document starts', fixed: '<bos> fixed' } as const;
type Mask = keyof typeof MASKS;
type Place = keyof typeof PLACES;
const masks = Object.keys(MASKS) as Mask[];
const places = Object.keys(PLACES) as Place[];

/** Sizes of the criterion; they were fixed before the runs. */
const CRITERION = {
  /** With `<bos>` fixed and read so, the mean sink rate at epsilon 0.3 must reach this. */
  sinkRateWith: 0.25,
  /** The same model read without `<bos>` must have no more than this share of it. */
  shareLeft: 0.25,
  /** Its loss must rise by this, in nats. */
  lossRise: 0.1,
};

function grid(steps: number): GridPoint[] {
  return masks.flatMap((mask) =>
    places.map((bos) => ({
      id: `${mask}-${bos}`,
      label: `${MASKS[mask]}, ${PLACES[bos]}`,
      specification: changed(SMALL.specification, { data: { mask, bos }, training: { steps } }),
    })),
  );
}

/** The three parts of the claim, each of both masks, and what each is short of. */
function parts(groups: readonly FinishedGroup[]) {
  const of = (mask: Mask, place: Place, name: string) => measuredEstimate(groupOf(groups, `${mask}-${place}`), name);
  const everywhere = (holds: (mask: Mask) => boolean) => masks.every(holds);
  const sinks = (place: Place, way: 'with' | 'without') =>
    everywhere((mask) => of(mask, place, `${way}/first-attention-above-chance`).low > 0);
  return {
    fixedBreaks: everywhere((mask) => {
      const before = of(mask, 'fixed', 'with/sink-rate-0.3');
      const after = of(mask, 'fixed', 'without/sink-rate-0.3');
      return (
        before.mean >= CRITERION.sinkRateWith &&
        after.mean <= CRITERION.shareLeft * before.mean &&
        of(mask, 'fixed', 'loss-rise').low > CRITERION.lossRise
      );
    }),
    fixedSuffers: everywhere((mask) => of(mask, 'fixed', 'loss-rise').low > 0),
    fixedGains: everywhere((mask) => of(mask, 'fixed', 'loss-rise').high < 0),
    othersHold: everywhere((mask) => of(mask, 'document', 'loss-rise').high < of(mask, 'fixed', 'loss-rise').low),
    sinksAnyway: sinks('none', 'without') && sinks('document', 'without'),
    sinksWithoutBos: sinks('none', 'without'),
    sinksWhereItStands: [sinks('document', 'with'), sinks('fixed', 'with')],
  };
}

function decide(groups: FinishedGroup[]): Verdict {
  const found = parts(groups);
  const { fixedBreaks, fixedSuffers, othersHold, sinksAnyway, sinksWithoutBos, sinksWhereItStands, fixedGains } = found;
  const tell = (mask: Mask) => {
    const of = (place: Place, name: string) => measuredEstimate(groupOf(groups, `${mask}-${place}`), name);
    return (
      `${MASKS[mask]}: with <bos> fixed the sink rate falls from ${percent(of('fixed', 'with/sink-rate-0.3').mean)} to ` +
      `${percent(of('fixed', 'without/sink-rate-0.3').mean)} without it and the loss rises by ` +
      `${withInterval(of('fixed', 'loss-rise'))} nats, with <bos> at document starts by ` +
      `${withInterval(of('document', 'loss-rise'))}; attention to the first token of plain text less chance is ` +
      `${withInterval(of('none', 'without/first-attention-above-chance'))} in models trained without <bos> and ` +
      `${withInterval(of('document', 'without/first-attention-above-chance'))} in those trained with it at document starts`
    );
  };
  const because = `${masks.map(tell).join('. ')}.`.replace(
    /(^|\. )(\w)/g,
    (_, dot, letter) => dot + letter.toUpperCase(),
  );
  const held = [fixedBreaks, othersHold, sinksAnyway].filter(Boolean).length;
  const all = [...sinksWhereItStands, sinksWithoutBos];
  const claims = {
    packing: all.every(Boolean) ? 'reproduced' : all.some(Boolean) ? 'partly' : 'not reproduced',
    'packing-without-bos': sinksWithoutBos ? 'reproduced' : 'not reproduced',
    'packing-dependence': fixedBreaks
      ? 'reproduced'
      : fixedSuffers
        ? 'partly'
        : fixedGains
          ? 'opposite'
          : 'not reproduced',
  } as const;
  const verdict = (outcome: Verdict['outcome']): Verdict => ({ outcome, parts: claims, because });
  if (fixedGains) return verdict('opposite');
  if (held === 3) return verdict('reproduced');
  return verdict(held > 0 ? 'partly' : 'not reproduced');
}

function values(groups: FinishedGroup[]): Record<string, Quotable> {
  const result: Record<string, Quotable> = {
    seeds: count(groups[0]!.finishedRuns.length, 'seeds of each model'),
    steps: count(groups[0]!.finishedRuns[0]!.specification.training.steps, 'optimiser steps of a run'),
  };
  for (const group of groups) {
    for (const way of ['with', 'without'] as const) {
      const read = way === 'with' ? 'read with <bos>' : 'read without <bos>';
      const add = (name: string, format: Quotable['format'], what: string) => {
        const digits = format === 'percent' ? 0 : 2;
        const estimate = measuredEstimate(group, `${way}/${name}`);
        result[`${group.id}/${way}/${name}`] = quotable(estimate, format, digits, `${what}, ${group.label}, ${read}`);
      };
      add('sink-rate-0.3', 'percent', 'sink rate at epsilon 0.3');
      add('first-attention-above-chance', 'fraction', 'attention to the first token, less chance');
      add('loss', 'nats', 'loss on held-out text');
    }
    const rise = measuredEstimate(group, 'loss-rise');
    result[`${group.id}/loss-rise`] = quotable(
      rise,
      'nats',
      2,
      `rise of the loss when <bos> is left out, ${group.label}`,
    );
  }
  return result;
}

export const packing: Experiment = {
  id: 'packing',
  title: 'How documents are packed, and where <bos> stands',
  question: 'Does the sink need <bos>, and what happens to a model when it is taken away?',
  claims: [
    {
      place: '§5, table 2',
      text: 'Sinks form however <bos> is used in training; but a model that always had it at the first position loses its sink, and breaks, without it.',
    },
  ],
  criterion:
    `Three parts, each to hold under both masks, over the seeds. First: with <bos> fixed in training and in reading the ` +
    `mean sink rate at epsilon 0.3 is at least ${percent(CRITERION.sinkRateWith)}, without it at most ` +
    `${percent(CRITERION.shareLeft)} of that is left, and the loss rises by more than ${CRITERION.lossRise} nats (95 % ` +
    `interval). Second: with <bos> at document starts the rise is smaller (intervals apart). Third: models trained ` +
    `without <bos>, or with it at document starts, attend to the first token of plain text above chance (interval above ` +
    `zero). Reproduced if all three hold, partly if one or two do. Opposite if models trained with <bos> fixed read ` +
    `better without it under both masks. Not reproduced otherwise.`,
  amendment:
    `Added after the quick profile and before the full one, of the paper's claims by themselves: that sinks form ` +
    `wherever <bos> stands holds if attention to the first token lies above chance in models with it fixed, with it at ` +
    `document starts (each read with it) and without it, and partly if in some; that they form without <bos>, if in those; ` +
    `that a model with it fixed breaks, if the first part holds, and partly if its loss rises at all (interval above zero).`,
  grids: {
    quick: { points: grid(200), seeds: [0, 1] },
    full: { points: grid(1000), seeds: [0, 1, 2, 3, 4] },
  },
  analysis: reading,
  comparedMeasures: [
    { name: 'sink rate at ε = 0.3, read with <bos>', of: 'with/sink-rate-0.3' },
    { name: 'sink rate at ε = 0.3, read without', of: 'without/sink-rate-0.3' },
    {
      name: 'attention to the first token above chance, read without <bos>',
      of: 'without/first-attention-above-chance',
    },
    { name: 'rise of the loss when <bos> is left out, nats', of: 'loss-rise' },
  ],
  decide,
  values,
};
