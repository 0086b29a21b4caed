/** What a reader can train again of an experiment: its groups, told apart by what the experiment changes. */
import type { ExperimentResult, Group } from '../../results/schema.ts';
import type { RunSpecification } from '../../training/specification.ts';
import { type Published, publishedGroup } from '../lab/published.ts';
import { KNOBS } from '../lab/state.ts';
import { type PublishedReadings, publishedReadings } from './readings.ts';

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
}

interface Difference {
  legend: string;
  of(specification: RunSpecification, group: Group): string;
}

const bos: Difference = {
  legend: KNOBS.bos.label,
  of: ({ data }) => labelOf('bos', data.bos),
};

/** What each experiment changes, in the order in which a reader chooses. */
const DIFFERENCES: Record<string, Difference[]> = {
  'context-length': [
    bos,
    { legend: 'Context length', of: ({ model }) => String(model.contextLength) },
    { legend: 'Training steps', of: ({ training }) => training.steps.toLocaleString('en') },
  ],
  packing: [{ legend: KNOBS.mask.label, of: ({ data }) => labelOf('mask', data.mask) }, bos],
  alternatives: [{ legend: 'Attention', of: (_, { label }) => label }],
};

/** The experiments that have a choice of reruns. */
export const CHOSEN_FROM = Object.keys(DIFFERENCES);

function labelOf(knob: 'bos' | 'mask', value: string): string {
  const { choices } = KNOBS[knob] as { choices: readonly { value: string; label: string }[] };
  return choices.find((choice) => choice.value === value)?.label ?? value;
}

/**
 * The groups of an experiment as choices.
 * @throws {Error} naming the experiment, group or measure that is missing.
 */
export function choicesOf(result: ExperimentResult): Choices {
  const differences = DIFFERENCES[result.experiment];
  if (!differences) {
    throw new Error(`no rerun is offered of ${result.experiment}; there are ${CHOSEN_FROM.join(', ')}`);
  }
  const choices = result.groups.map((group): Choice => {
    const published = publishedGroup(result, group.id);
    return {
      id: group.id,
      label: group.label,
      picks: differences.map(({ of }) => of(published.specification, group)),
      published,
      readings: result.experiment === 'packing' ? publishedReadings(group) : null,
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
