/**
 * One word of a text is exchanged: how far that moves the states of all tokens, with the sink and without it. The ways
 * of taking it away are those of the experiment `perturbation`.
 */
import { relativeChanges } from '../../measures/perturbation.ts';
import type { OpenModel } from './open-model.ts';

export const CONDITIONS = ['with', 'deleted', 'masked', 'replaced'] as const;
export type Condition = (typeof CONDITIONS)[number];

/** What an exchange did under one condition. */
export interface Change {
  condition: Condition;
  /** (L + 1, T): relative change of each state, before the first block and after each; null where no token stands. */
  changes: (number | null)[][];
  /** Mean change of the last states of the tokens behind the exchanged word; null where there are none. */
  meanBehind: number | null;
}

interface Conditioned {
  inputs: Int32Array;
  documents?: Int32Array;
  /** Tokens dropped at the start. */
  shift: number;
}

/** A sequence under a condition; `masked` puts the first token in a document of its own, which no other can see. */
export function underCondition(inputs: Int32Array, condition: Condition, replacement: number): Conditioned {
  switch (condition) {
    case 'with':
      return { inputs, shift: 0 };
    case 'deleted':
      return { inputs: inputs.slice(1), shift: 1 };
    case 'masked':
      return { inputs, documents: inputs.map((_, position) => (position === 0 ? 2 : 1)), shift: 0 };
    case 'replaced':
      return { inputs: inputs.map((token, position) => (position === 0 ? replacement : token)), shift: 0 };
  }
}

export interface Exchange {
  /** (T), at least two tokens. */
  ids: Int32Array;
  /** (T), the same but for the exchanged word. */
  exchanged: Int32Array;
  /** Where the exchanged word begins and ends; not at the first token, which is taken away. */
  start: number;
  end: number;
  /** The token that stands first under `replaced`. */
  replacement: number;
}

export async function readChanges(model: OpenModel, exchange: Exchange): Promise<Change[]> {
  const changes: Change[] = [];
  for (const condition of CONDITIONS) changes.push(await readChange(model, exchange, condition));
  return changes;
}

async function readChange(model: OpenModel, exchange: Exchange, condition: Condition): Promise<Change> {
  const { ids, exchanged, end, replacement } = exchange;
  const states = async (inputs: Int32Array) => {
    const { inputs: conditioned, documents } = underCondition(inputs, condition, replacement);
    return (await model.inspect(conditioned, { states: true }, documents)).states!;
  };
  const { shift } = underCondition(ids, condition, replacement);
  const before = await states(ids);
  const { changes } = relativeChanges(before, await states(exchanged), model.config.width);
  const length = ids.length - shift;
  const rows = Array.from({ length: model.config.layers + 1 }, (_, depth) => [
    ...new Array<null>(shift).fill(null),
    ...changes.subarray(depth * length, (depth + 1) * length),
  ]);
  const behind = rows.at(-1)!.slice(end) as number[];
  const meanBehind = behind.length > 0 ? behind.reduce((sum, change) => sum + change, 0) / behind.length : null;
  return { condition, changes: rows, meanBehind };
}

/** What many exchanges did. */
export interface Average {
  exchanges: number;
  /** The mean over exchanges of what `Change.meanBehind` is of one. */
  meanBehind: Record<Condition, number>;
}

/**
 * @param exchanges texts with one word exchanged, and where it ends; at least one token stands behind.
 * @param replacement the token that stands first under `replaced`.
 * @param goOn asked before each exchange: many take a while, and the page must stay alive.
 * @returns null where there is no exchange, or when it was not to go on.
 */
export async function averageBehind(
  model: OpenModel,
  ids: Int32Array,
  exchanges: readonly Pick<Exchange, 'exchanged' | 'end'>[],
  replacement: number,
  goOn: () => Promise<boolean> = async () => true,
): Promise<Average | null> {
  if (exchanges.length === 0) return null;
  const { width, layers } = model.config;
  const meanBehind: Record<Condition, number> = { with: 0, deleted: 0, masked: 0, replaced: 0 };
  for (const condition of CONDITIONS) {
    const lastStates = async (inputs: Int32Array) => {
      const { inputs: conditioned, documents, shift } = underCondition(inputs, condition, replacement);
      const { states } = await model.inspect(conditioned, { states: true }, documents);
      return { states: states!.subarray(layers * conditioned.length * width), shift };
    };
    const before = await lastStates(ids);
    for (const { exchanged, end } of exchanges) {
      if (!(await goOn())) return null;
      const { changes } = relativeChanges(before.states, (await lastStates(exchanged)).states, width);
      const behind = changes.subarray(end - before.shift);
      meanBehind[condition] += behind.reduce((sum, change) => sum + change, 0) / behind.length / exchanges.length;
    }
  }
  return { exchanges: exchanges.length, meanBehind };
}

/** How dark a change is drawn, 0 to 1: the root lets small ones be seen; what changed by its own length or more is darkest. */
export function changeHeight(change: number): number {
  return Math.sqrt(Math.min(1, change));
}

/** Exchanges the tokens from `start` on for those of another word of as many tokens. */
export function withWord(ids: Int32Array, start: number, word: readonly number[]): Int32Array {
  const exchanged = ids.slice();
  exchanged.set(word, start);
  return exchanged;
}
