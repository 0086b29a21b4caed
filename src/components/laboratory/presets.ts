/** Where to begin: published runs whose settings the laboratory starts from, alone or two side by side. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findResults } from '../../content/results.ts';
import type { RunSpecification } from '../../training/specification.ts';
import { createTokenizer } from '../../training/text/tokenizer.ts';
import type { SpecialTokenIds } from '../../weights/config-json.ts';
import type { Pace } from '../lab/plan.ts';
import type { LabSettings } from './knobs.ts';
import { type CorpusFacts, labSettingsOf } from './specification.ts';

export interface Preset {
  id: string;
  title: string;
  /** What it shows, in a sentence. */
  what: string;
  settings: LabSettings;
  /** A second run to hold the first against. */
  beside: LabSettings | null;
}

interface Wanted {
  id: string;
  title: string;
  what: string;
  /** Groups of an experiment, the first to begin with. */
  from: { experiment: string; groups: readonly [string] | readonly [string, string] };
}

const WANTED: readonly Wanted[] = [
  {
    id: 'smallest',
    title: 'The smallest sink',
    what: 'One layer, one head, a language of copies: a sink in seconds.',
    from: { experiment: 'backcopy', groups: ['softmax-adam-1'] },
  },
  {
    id: 'quick',
    title: 'A sink in real text',
    what: 'Eight heads read the Bible sixteen tokens at a time.',
    from: { experiment: 'emergence', groups: ['tiny'] },
  },
  {
    id: 'sink-logit',
    title: 'Softmax against sink logit',
    what: 'Give each head a place to put its attention, and see what becomes of the first token.',
    from: { experiment: 'alternatives', groups: ['softmax', 'sink-logit'] },
  },
  {
    id: 'no-bos',
    title: 'With and without <bos>',
    what: 'Is it the token or the place? The same model, its special token taken away.',
    from: { experiment: 'optimisation', groups: ['reference', 'no-bos'] },
  },
  {
    id: 'optimiser',
    title: 'Adam against SGD',
    what: 'The same tiny language, two ways to follow a gradient.',
    from: { experiment: 'backcopy', groups: ['softmax-adam-1', 'softmax-sgd-1'] },
  },
  {
    id: 'base',
    title: 'Six layers',
    what: 'The base model of the experiments. It takes minutes, not seconds.',
    from: { experiment: 'emergence', groups: ['base'] },
  },
];

/** The presets whose runs are published. */
export function presets(): Preset[] {
  return WANTED.flatMap(({ id, title, what, from }) => {
    const [settings, beside] = from.groups.map((group) => settingsOfGroup(from.experiment, group));
    if (!settings || (from.groups.length === 2 && !beside)) return [];
    return [{ id, title, what, settings, beside: beside ?? null }];
  });
}

function settingsOfGroup(experiment: string, group: string): LabSettings | null {
  const specification = runOfGroup(experiment, group)?.specification;
  return specification ? labSettingsOf(specification) : null;
}

function runOfGroup(experiment: string, groupId: string) {
  const result = findResults(experiment);
  const first = result?.groups.find(({ id }) => id === groupId)?.runs[0];
  return result?.runs.find(({ id }) => id === first);
}

/** The published run whose pace tells how long others may take. */
export function publishedPace(): Pace {
  const run = runOfGroup('emergence', 'tiny') ?? findResults('emergence')?.runs[0];
  if (!run) throw new Error('the laboratory estimates time by the pace of `emergence`, of which there are no results');
  return { specification: run.specification, tokensPerSecond: run.execution.tokensPerSecond };
}

/**
 * What the published runs say of the corpus.
 * @throws {Error} where there is no published run of a language of its characters.
 */
export function corpusFacts(pace: Pace): CorpusFacts {
  const isOfCharacters = ({ data }: RunSpecification) => data.language?.unit === 'character';
  const characters = findResults('backcopy')?.runs.find(({ specification }) => isOfCharacters(specification));
  if (!characters) throw new Error('the laboratory has Backcopy as `backcopy` has it, of which there are no results');
  return {
    corpus: pace.specification.data.corpus,
    tokens: pace.specification.model.vocabularySize,
    characters: characters.specification.model.vocabularySize,
  };
}

/** The special tokens of the corpus's tokenizer. */
export function corpusSpecialTokens({ specification: { data } }: Pace): SpecialTokenIds {
  const file = join('public', 'corpora', data.corpus, 'tokenizer.json');
  const { bos, eos } = createTokenizer(JSON.parse(readFileSync(file, 'utf8')));
  return { bos, eos };
}
