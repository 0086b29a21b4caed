/** What reading a model with `<bos>` and without finds: of the published models at their end, and of one's own on its way. */
import type { Estimate, Group } from '../../results/schema.ts';
import type { Way } from '../../training/two-readings.ts';
import type { Moment } from '../lab/protocol.ts';

/** What is shown of a reading: the analysis's names. */
export type ShownMeasure = 'loss' | 'first-attention-above-chance' | 'sink-rate-0.3';

export type PublishedReadings = Record<`${Way}/${ShownMeasure}` | 'loss-rise', Estimate>;

/**
 * What the analysis `reading` found of a group.
 * @throws {Error} naming the measure that the results lack.
 */
export function publishedReadings({ id, analysis }: Group): PublishedReadings {
  const estimate = (name: string): Estimate => {
    const { mean, low, high } = analysis[name] ?? {};
    if (typeof mean !== 'number' || typeof low !== 'number' || typeof high !== 'number') {
      throw new Error(`the analysis of group ${id} has no number “${name}”; run the export again`);
    }
    return { mean, low, high };
  };
  return {
    'with/loss': estimate('with/loss'),
    'with/first-attention-above-chance': estimate('with/first-attention-above-chance'),
    'with/sink-rate-0.3': estimate('with/sink-rate-0.3'),
    'without/loss': estimate('without/loss'),
    'without/first-attention-above-chance': estimate('without/first-attention-above-chance'),
    'without/sink-rate-0.3': estimate('without/sink-rate-0.3'),
    'loss-rise': estimate('loss-rise'),
  };
}

/** A measure of one's own run over its evaluations. */
export function readingCurve(moments: readonly Moment[], name: string): { step: number; value: number }[] {
  return moments.flatMap(({ step, measures }) => (name in measures ? [{ step, value: measures[name]! }] : []));
}

/** Two digits behind the point, a true minus, and no minus before zero. */
export function two(value: number): string {
  return value
    .toFixed(2)
    .replace(/^-(?=0\.00$)/, '')
    .replace('-', '−');
}

/** What taking `<bos>` away did at a moment, in words, with what it did to the published models. */
export function removalInWords(moment: Moment, published: PublishedReadings, neverHadBos: boolean): string {
  const { step, measures } = moment;
  const at = (name: string) => measures[name] ?? Number.NaN;
  const rise = at('loss-rise');
  const [before, after] = [two(at('with/loss')), two(at('without/loss'))];
  const changed =
    before === after
      ? `leaves its loss at ${before} nats`
      : `${rise > 0 ? 'raises' : 'lowers'} its loss by ${two(Math.abs(rise))} nats, from ${before} to ${after}`;
  const attention = `attention to whatever stands first, less chance, goes from ${two(at('with/first-attention-above-chance'))} to ${two(at('without/first-attention-above-chance'))}`;
  const { mean, low, high } = published['loss-rise'];
  const theirs = `In the published models, trained to the end, that adds ${two(mean)} nats (${two(low)} to ${two(high)}).`;
  const remark = neverHadBos ? ' This model never met <bos> in training: to it, the token is a stranger.' : '';
  return `At step ${step.toLocaleString('en')}, taking <bos> away ${changed}; ${attention}. ${theirs}${remark}`;
}
