/** What a reader can train again of an experiment: its groups, told apart by what the experiment changes. */
import type { ExperimentResult, Group } from '../../results/schema.ts';
import type { RunSpecification } from '../../training/specification.ts';
import type { PieceId } from '../article/pieces.ts';
import { type Published, publishedGroup } from '../lab/published.ts';
import { choicesOf as choicesOfKnob, KNOBS } from '../lab/state.ts';
import { type PublishedReadings, publishedReadings } from './readings.ts';
import { type Row, rowsOf } from './rows.ts';

/** The pieces of the article in which a reader chooses what to train again. */
export type ChoosePiece = Extract<PieceId, `choose-${string}`>;

/** Something that the groups of an experiment differ in. */
export interface Facet {
  legend: string;
  options: string[];
}

export interface Choice {
  /** Of the group. */
  id: string;
  label: string;
  /** The option of each facet. */
  picks: string[];
  published: Published;
  /** Where the experiment reads its models with `<bos>` and without. */
  readings: PublishedReadings | null;
}

/** `reruns/<experiment>.json`: what the page fetches when a reader comes near. */
export interface Choices {
  facets: Facet[];
  choices: Choice[];
  /** Where a reader chooses a model and how it is read at once; the experiment then has no facets. */
  rows: Row[] | null;
}

interface Difference {
  legend: string;
  of(specification: RunSpecification, group: Group): string;
}

const bos: Difference = {
  legend: KNOBS.bos.label,
  of: ({ data }) => choicesOfKnob(KNOBS.bos, data.bos).find(({ value }) => value === data.bos)!.label,
};

/** How a reader chooses: by what the groups differ in, one after the other, or by the rows of the paper's table. */
const OFFERS: Record<string, Difference[] | 'rows'> = {
  'context-length': [
    bos,
    { legend: 'Context length', of: ({ model }) => String(model.contextLength) },
    { legend: 'Training steps', of: ({ training }) => training.steps.toLocaleString('en') },
  ],
  packing: 'rows',
  alternatives: [{ legend: 'Attention', of: (_, { label }) => label }],
};

/** The experiments that have a choice of reruns. */
export const CHOSEN_FROM = Object.keys(OFFERS);

/**
 * The groups of an experiment as choices.
 * @throws {Error} naming the experiment, group or measure that is missing.
 */
export function choicesOf(result: ExperimentResult): Choices {
  const offer = OFFERS[result.experiment];
  if (!offer) {
    throw new Error(`no rerun is offered of ${result.experiment}; there are ${CHOSEN_FROM.join(', ')}`);
  }
  const inRows = offer === 'rows';
  const differences = inRows ? [] : offer;
  const choices = result.groups.map((group): Choice => {
    const published = publishedGroup(result, group.id);
    return {
      id: group.id,
      label: group.label,
      picks: differences.map(({ of }) => of(published.specification, group)),
      published,
      readings: inRows ? publishedReadings(group) : null,
    };
  });
  const facets = differences.map(({ legend }, index) => ({
    legend,
    options: [...new Set(choices.map(({ picks }) => picks[index]!))],
  }));
  // What all have in common is no choice.
  const differing = facets.map(({ options }) => options.length > 1);
  return {
    facets: facets.filter((_, index) => differing[index]),
    choices: choices.map((choice) => ({ ...choice, picks: choice.picks.filter((_, index) => differing[index]) })),
    rows: inRows ? rowsOf(choices.map(({ id }) => id)) : null,
  };
}

/** The choice that takes `option` of a facet and keeps the others; undefined where the experiment has none. */
export function choiceWith(
  choices: readonly Choice[],
  current: Choice,
  facet: number,
  option: string,
): Choice | undefined {
  const wanted = current.picks.with(facet, option);
  return choices.find(({ picks }) => picks.every((pick, index) => pick === wanted[index]));
}
