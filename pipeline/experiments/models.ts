/**
 * The models that experiments share. A run that two experiments ask for is made once, so an experiment that can take one
 * of these should, and change in it only what its question is about.
 */
import type { DataSpecification, RunSpecification } from '../../src/training/specification.ts';
import { LLAMA, llamaHiddenWidth } from '../../src/transformer/config.ts';
import type { GridPoint } from './experiment.ts';

type Specification = GridPoint['specification'];

const MODEL = { ...LLAMA, vocabularySize: 512, ropeBase: 10_000, normEpsilon: 1e-5 };
const ADAMW = { clipNorm: 1, beta1: 0.9, beta2: 0.95, epsilon: 1e-8 };
const DATA: DataSpecification = {
  corpus: 'world-english-bible',
  bos: 'fixed',
  mask: 'causal',
  uniqueTokens: null,
  language: null,
};

const base: Specification = {
  model: { ...MODEL, contextLength: 64, layers: 6, heads: 4, width: 64, hiddenWidth: 172 },
  data: DATA,
  training: {
    ...ADAMW,
    steps: 2000,
    sequencesPerStep: 64,
    peakLearningRate: 0.006,
    finalLearningRate: 0.0006,
    warmupSteps: 100,
    weightDecay: 0.1,
  },
  evaluation: { every: 50, sequences: 128 },
  engine: 'kernels',
};

/**
 * Small and trained hard, where the sink forms within a minute, so that a grid can have every point with five seeds. A
 * high constant rate and a decay of 0.5, where Gu et al. (2024) saw the most sinks too, bring it early; both were found by
 * throwaway trials. Its two layers are too few for questions about depth.
 */
const small: Specification = {
  model: { ...MODEL, contextLength: 64, layers: 2, heads: 4, width: 32, hiddenWidth: llamaHiddenWidth(32) },
  data: DATA,
  training: {
    ...ADAMW,
    steps: 1000,
    sequencesPerStep: 64,
    peakLearningRate: 0.0125,
    finalLearningRate: 0.0125,
    warmupSteps: 80,
    weightDecay: 0.5,
  },
  evaluation: { every: 100, sequences: 128 },
  engine: 'kernels',
};

/** Smaller still: a reader's browser trains it in seconds, and the quick profile has it in every experiment it can. */
const tiny: Specification = {
  ...small,
  model: { ...small.model, contextLength: 16, hiddenWidth: 64 },
  training: { ...small.training, steps: 500, sequencesPerStep: 64 },
  evaluation: { every: 20, sequences: 128 },
};

/** What of a specification another one changes. */
export interface Change {
  model?: Partial<RunSpecification['model']>;
  data?: Partial<RunSpecification['data']>;
  training?: Partial<RunSpecification['training']>;
  evaluation?: Partial<RunSpecification['evaluation']>;
}

/** A specification with some fields changed. */
export function changed(specification: Specification, change: Change): Specification {
  return {
    ...specification,
    model: { ...specification.model, ...change.model },
    data: { ...specification.data, ...change.data },
    training: { ...specification.training, ...change.training },
    evaluation: { ...specification.evaluation, ...change.evaluation },
  };
}

/** The same model and text with another context, the tokens of a step unchanged. */
export function withContext(specification: Specification, contextLength: number): Specification {
  const tokens = specification.model.contextLength * specification.training.sequencesPerStep;
  return changed(specification, {
    model: { contextLength },
    training: { sequencesPerStep: tokens / contextLength },
  });
}

/** The base model of every experiment: six layers, `<bos>` fixed at the first position. */
export const BASE: GridPoint = { id: 'base', label: '6 layers, 4 heads, width 64, context 64', specification: base };

/** Two layers, for grids of many models. */
export const SMALL: GridPoint = {
  id: 'small',
  label: '2 layers, 4 heads, width 32, context 64',
  specification: small,
};

/**
 * Six layers trained as the small model is: deep enough to ask how information mixes from layer to layer, at a sixth of
 * the base model's cost, and with a sink in most heads.
 */
export const DEEP: GridPoint = {
  id: 'bos',
  label: '6 layers, 4 heads, width 32, context 64',
  specification: changed(small, { model: { layers: 6 } }),
};

/** The same, trained without `<bos>`. */
export const DEEP_NO_BOS: GridPoint = {
  id: 'no-bos',
  label: 'the same, trained without <bos>',
  specification: changed(DEEP.specification, { data: { bos: 'none' } }),
};

/** The quick profile's model. */
export const QUICK: GridPoint = { id: 'bos', label: '2 layers, 4 heads, width 32, context 16', specification: tiny };

/** The quick profile's model, trained without `<bos>`. */
export const QUICK_NO_BOS: GridPoint = {
  id: 'no-bos',
  label: 'the same, trained without <bos>',
  specification: changed(tiny, { data: { bos: 'none' } }),
};
