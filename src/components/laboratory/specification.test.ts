import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readExperiment } from '../../results/load.ts';
import { LAB_DEFAULTS } from './knobs.ts';
import { type CorpusFacts, labSettingsOf, labSpecification } from './specification.ts';

const FACTS: CorpusFacts = { corpus: 'a', tokens: 512, characters: 71 };

function runsOf(experiment: string) {
  const file = `public/results/${experiment}.json`;
  return readExperiment(readFileSync(file, 'utf8'), file).runs;
}

describe('settings and specifications', () => {
  it.each(['alternatives', 'backcopy', 'depth', 'emergence', 'optimisation', 'packing'])(
    'train every published run of %s again: there and back nothing is lost',
    (experiment) => {
      for (const { specification } of runsOf(experiment)) {
        const { model, data, engine: _, ...rest } = specification;
        const facts = { corpus: data.corpus, tokens: model.vocabularySize, characters: model.vocabularySize };
        expect(labSpecification(labSettingsOf(specification), facts)).toEqual({ model, data, ...rest });
      }
    },
  );

  it('leave out what does nothing beside the rest', () => {
    const { data, model } = labSpecification({ ...LAB_DEFAULTS, source: 'backcopy', mask: 'document' }, FACTS);
    expect(data).toMatchObject({ mask: 'causal', uniqueTokens: null, language: { unit: 'character' } });
    expect(model.vocabularySize).toBe(FACTS.characters);
    expect(labSpecification(LAB_DEFAULTS, FACTS).data.language).toBeNull();
  });

  it('let the MLP follow the width where it has none of its own', () => {
    expect(labSpecification({ ...LAB_DEFAULTS, width: 64, hiddenWidth: 0 }, FACTS).model.hiddenWidth).toBe(172);
    expect(labSpecification({ ...LAB_DEFAULTS, width: 64, hiddenWidth: 80 }, FACTS).model.hiddenWidth).toBe(80);
  });
});
