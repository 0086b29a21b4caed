/** How figures show a model with its sink, and the ways of taking the sink away: the same names and colours everywhere. */
import type { ExperimentResult, Group } from '../../results/schema.ts';
import type { Colour } from './palette.ts';
import { groupOf } from './read-results.ts';

export interface Removal {
  /** In measures' names. */
  condition: 'with' | 'masked' | 'replaced';
  /** As a heading. */
  title: string;
  /** In a sentence. */
  name: string;
  /** At the end of a curve. */
  label: string;
  colour: Colour;
}

/**
 * On the models with `<bos>`. Deleting the first token is left out: positions are relative, so the states are those of
 * masking it, and the results hold the same numbers for both.
 */
const REMOVALS: readonly Removal[] = [
  { condition: 'with', title: 'With the sink', name: 'as trained, with the sink', label: 'with sink', colour: 'first' },
  { condition: 'masked', title: 'First token masked', name: 'first token masked', label: 'masked', colour: 'second' },
  {
    condition: 'replaced',
    title: 'An ordinary token in its place',
    name: 'an ordinary token in its place',
    label: 'replaced',
    colour: 'third',
  },
];

export interface RemovalOfGroup extends Removal {
  group: Group;
}

/** The ways on the models with `<bos>`, and last the models trained without it, as they are. */
export function removalsOf(data: ExperimentResult): RemovalOfGroup[] {
  const group = groupOf(data, 'bos');
  return [
    ...REMOVALS.map((removal) => ({ ...removal, group })),
    {
      condition: 'with',
      title: 'Trained without <bos>',
      name: 'models trained without <bos>',
      label: 'no <bos>',
      colour: 'fourth',
      group: groupOf(data, 'no-bos'),
    },
  ];
}

/** What every figure of the ways says of them. */
export const REMOVALS_EXPLAINED =
  'Taking the sink away. “Masked”: the first token stands where it was, but no other token may attend to it. In these ' +
  'models, whose positions are relative, deleting the token, as the paper does, gives the same states, so both are one ' +
  'curve. “Replaced”: an ordinary token stands first and may be attended to. Both show a trained model something that it ' +
  'has never met. “No <bos>”: other models of the same size, seed by seed trained on the same text without <bos>; nothing ' +
  'is taken from them.';
