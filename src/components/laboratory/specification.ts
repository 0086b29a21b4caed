/** From the laboratory's settings to the run that they ask for, and back from the specification of a published one. */
import { SGD_EPSILON, sgdAsAdamw } from '../../training/sgd.ts';
import type { RunSpecification, TrainingSpecification } from '../../training/specification.ts';
import { llamaHiddenWidth } from '../../transformer/config.ts';
import type { LiveSpecification } from '../lab/plan.ts';
import type { LabSettings } from './knobs.ts';

/** What the settings leave to the site: the corpus, and how many different symbols it has. */
export interface CorpusFacts {
  corpus: string;
  /** V of a model of its tokens, `<bos>` included. */
  tokens: number;
  /** V of a model of its characters, `<bos>` included. */
  characters: number;
}

/** The full specification of a run. What the settings hold and does nothing beside the others is left out of it. */
export function labSpecification(settings: LabSettings, facts: CorpusFacts): LiveSpecification {
  const { layers, heads, width, contextLength, mlp, positions, ropeBase, norm, normEpsilon, attention } = settings;
  const isLanguage = settings.source === 'backcopy';
  return {
    model: {
      vocabularySize: isLanguage && settings.unit === 'character' ? facts.characters : facts.tokens,
      ...{ contextLength, layers, heads, width },
      hiddenWidth: settings.hiddenWidth || llamaHiddenWidth(width),
      ...{ ropeBase, normEpsilon, attention, positions, norm, mlp },
      window: settings.window > 0 ? { length: settings.window, first: settings.windowFirst } : null,
      tiedHead: settings.head === 'tied',
    },
    data: {
      corpus: facts.corpus,
      bos: settings.bos,
      mask: isLanguage ? 'causal' : settings.mask,
      uniqueTokens: isLanguage ? null : settings.uniqueTokens || null,
      language: isLanguage ? { unit: settings.unit, order: settings.order, triggers: settings.triggers } : null,
    },
    training: trainingOf(settings),
    evaluation: { every: settings.evaluateEvery, sequences: settings.heldOut },
    seed: settings.seed,
  };
}

function trainingOf(settings: LabSettings): TrainingSpecification {
  const { steps, sequencesPerStep, warmupSteps, clipNorm, peakLearningRate, weightDecay, beta1, beta2, epsilon } =
    settings;
  const finalLearningRate = settings.schedule === 'constant' ? peakLearningRate : settings.finalLearningRate;
  const common = { steps, sequencesPerStep, warmupSteps, clipNorm };
  if (settings.optimiser === 'adamw') {
    return { ...common, peakLearningRate, finalLearningRate, weightDecay, beta1, beta2, epsilon };
  }
  const sgd = { peakRate: peakLearningRate, finalRate: finalLearningRate, momentum: beta1, weightDecay };
  return { ...common, ...sgdAsAdamw(sgd) };
}

/** The settings that train a published run again. */
export function labSettingsOf({ model, data, training, evaluation, engine, seed }: RunSpecification): LabSettings {
  const { layers, heads, width, contextLength, mlp, positions, ropeBase, norm, normEpsilon, attention } = model;
  const { steps, sequencesPerStep, warmupSteps, clipNorm, beta1, beta2, epsilon } = training;
  const isSgd = epsilon === SGD_EPSILON;
  // Scaled as `sgdAsAdamw` does, less the last bit that the way there and back may cost.
  const unscaled = (value: number) => (isSgd ? Number(value.toPrecision(12)) : value);
  const scale = isSgd ? SGD_EPSILON : 1;
  return {
    source: data.language === null ? 'text' : 'backcopy',
    ...{ bos: data.bos, mask: data.mask, uniqueTokens: data.uniqueTokens ?? 0 },
    ...(data.language ?? { unit: 'character', order: 1, triggers: 3 }),
    ...{ layers, heads, width, contextLength, mlp, positions, ropeBase, norm, normEpsilon, attention },
    hiddenWidth: model.hiddenWidth === llamaHiddenWidth(width) ? 0 : model.hiddenWidth,
    head: model.tiedHead ? 'tied' : 'own',
    window: model.window?.length ?? 0,
    windowFirst: model.window?.first ?? 1,
    ...{ seed, steps, sequencesPerStep, warmupSteps, clipNorm, beta1 },
    optimiser: isSgd ? 'sgd' : 'adamw',
    ...(isSgd ? { beta2: 0.95, epsilon: 1e-8 } : { beta2, epsilon }),
    peakLearningRate: unscaled(training.peakLearningRate / scale),
    weightDecay: unscaled(training.weightDecay * scale),
    schedule: training.finalLearningRate === training.peakLearningRate ? 'constant' : 'falls',
    finalLearningRate:
      training.finalLearningRate === training.peakLearningRate ? 0 : unscaled(training.finalLearningRate / scale),
    ...{ evaluateEvery: evaluation.every, heldOut: evaluation.sequences },
    device: engine === 'kernels' ? 'kernels' : engine === 'tensorflow/wasm' ? 'wasm' : 'cpu',
  };
}
