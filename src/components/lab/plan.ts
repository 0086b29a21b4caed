/** From settings to a run: its full specification, what it costs, and whether it may be held against the published one. */
import { operationsOfToken } from '../../benchmark/operations.ts';
import { microBatches } from '../../engine/kernels/micro-batches.ts';
import { plan } from '../../engine/kernels/plan.ts';
import type { RunSpecification } from '../../training/specification.ts';
import { ConfigError, checkConfig, type ModelConfig } from '../../transformer/config.ts';
import { parameterCount } from '../../transformer/parameters.ts';
import { changedKnobs, type Device, KNOBS, type KnobName, type Settings } from './state.ts';

/** A live run's specification; on a graphics processor it is no engine that results are published of. */
export type LiveSpecification = Omit<RunSpecification, 'engine'>;

/** Bytes that a run may ask of a browser tab. */
export const MEMORY_LIMIT = 1e9;
/** Seconds that a run may be expected to take; nobody keeps a page open for longer. */
export const TIME_LIMIT = 12 * 3600;

/**
 * The run that the settings ask for. What has no knob follows the published run in proportion: the MLP's width the
 * model's, warm-up and evaluations the number of steps, the final learning rate the peak. With nothing changed it is
 * the published specification itself.
 */
export function specificationOf(settings: Settings, published: RunSpecification): LiveSpecification {
  const { contextLength, layers, heads, width, steps, sequencesPerStep, peakLearningRate, bos, mask, seed } = settings;
  const { model, data, training, evaluation } = published;
  const wider = width / model.width;
  const longer = steps / training.steps;
  return {
    model: { ...model, contextLength, layers, heads, width, hiddenWidth: Math.round(model.hiddenWidth * wider) },
    data: { ...data, bos, mask },
    training: {
      ...training,
      steps,
      sequencesPerStep,
      peakLearningRate,
      finalLearningRate: training.finalLearningRate * (peakLearningRate / training.peakLearningRate),
      warmupSteps: Math.round(training.warmupSteps * longer),
    },
    evaluation: { ...evaluation, every: Math.max(1, Math.round(evaluation.every * longer)) },
    seed,
  };
}

/** What a session needs to know of a run. */
export interface Plan {
  specification: LiveSpecification;
  device: Device;
  /** How long it takes, estimated. */
  seconds: number;
  /** A text of the reader's own to train on, in place of the corpus. */
  text?: string;
}

/** Plans runs that follow the published one. */
export function plansAs({ specification: published, tokensPerSecond }: Pace): (settings: Settings) => Plan {
  return (settings) => {
    const specification = specificationOf(settings, published);
    const { device } = settings;
    return { specification, device, seconds: costOf(specification, device, published, tokensPerSecond).seconds };
  };
}

/** A published run and how fast it went. */
export interface Pace {
  specification: RunSpecification;
  tokensPerSecond: number;
}

export interface Cost {
  parameters: number;
  /** The most that training holds at once. */
  bytes: number;
  /** At the pace of the published runs. */
  seconds: number;
}

/**
 * What a run costs. Time is estimated: the arithmetic of the steps, at the pace at which the published runs did theirs.
 * The memory of the kernels is what they plan, once for each thread where two share a step and once for who adds up;
 * that of TensorFlow.js is estimated: what a token keeps for backward, half as many numbers again for the gradients that
 * pass through, and a parameter five times (value, gradient, two moments, update).
 */
export function costOf(
  specification: LiveSpecification,
  device: Device,
  published: Pick<RunSpecification, 'model'>,
  tokensPerSecond: number,
): Cost {
  const { model, training } = specification;
  const parameters = parameterCount(model);
  const tokens = model.contextLength * training.sequencesPerStep;
  const slower = operationsOfToken(model) / operationsOfToken(published.model);
  return {
    parameters,
    bytes:
      device === 'kernels' ? bytesOfKernels(specification) : 4 * (1.5 * tokens * keptOfToken(model) + 5 * parameters),
    seconds: (training.steps * tokens * slower) / tokensPerSecond,
  };
}

/** With as many threads as any machine would take. */
function bytesOfKernels(specification: LiveSpecification): number {
  const { model, training } = specification;
  const threads = threadsFor(specification, Number.POSITIVE_INFINITY);
  const { bytes } = plan(model, { sequences: training.sequencesPerStep, length: model.contextLength });
  return bytes * (threads === 1 ? 1 : threads + 1);
}

/**
 * Numbers that a token keeps for backward, about: of a layer's attention 10 D (the stream, its norm, queries, keys and
 * values before and after they are turned, the heads' output and its product) and 4 H T (scores and weights, with their
 * copies), 3 D more for a gate; of its MLP 4 D and 4 F, 2 F without a gate; 4 V at the head.
 */
function keptOfToken(model: ModelConfig): number {
  const { contextLength: T, width: D, hiddenWidth: F, layers: L, heads: H, vocabularySize: V } = model;
  const attention = (model.attention === 'gated' ? 13 : 10) * D + 4 * H * T;
  const mlp = { swiglu: 4 * D + 4 * F, relu: 4 * D + 2 * F, none: 0 }[model.mlp];
  return L * (attention + mlp) + 4 * V;
}

/** Operations of a step from which it is worth sharing: a core takes some 10 ms for them, handing over a tenth of that. */
const SHARED_FROM = 2e8;
/** Processors from which a page may take two: as many are left to the page itself and all else. */
const PROCESSORS = 4;

/**
 * Workers that share a step of a run by the kernels, 1 or 2. The bits are the same.
 * @param processors how many the browser says there are
 */
export function threadsFor({ model, training }: LiveSpecification, processors: number): number {
  const { sequencesPerStep } = training;
  const operations = sequencesPerStep * model.contextLength * operationsOfToken(model);
  const parts = microBatches(sequencesPerStep, model.contextLength).length;
  return processors >= PROCESSORS && parts > 1 && operations >= SHARED_FROM ? 2 : 1;
}

/** Why these settings cannot run in a page, with what to lower; null when they can. */
export function objection(settings: Settings, published: RunSpecification, tokensPerSecond: number): string | null {
  return obstacleOf(specificationOf(settings, published), settings.device, published, tokensPerSecond);
}

/** The same of a full specification. */
export function obstacleOf(
  specification: LiveSpecification,
  device: Device,
  published: Pick<RunSpecification, 'model'>,
  tokensPerSecond: number,
): string | null {
  try {
    checkConfig(specification.model);
  } catch (error) {
    if (error instanceof ConfigError) return `These settings make no model. ${error.message}.`;
    throw error;
  }
  const { bytes, seconds } = costOf(specification, device, published, tokensPerSecond);
  if (bytes > MEMORY_LIMIT) {
    return `Training would take about ${memoryInWords(bytes)} of memory, and a page should stay under ${memoryInWords(MEMORY_LIMIT)}: lower the sequences a step, the context length, the layers or the width.`;
  }
  if (seconds > TIME_LIMIT) {
    return `Training would take about ${Math.round(seconds / 3600)} hours, and a page should stay under ${TIME_LIMIT / 3600}: lower the steps or the sequences a step.`;
  }
  return null;
}

/** "12 MB", "1.3 GB". */
export function memoryInWords(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** The knobs that make a run another experiment than the published one: all but the seed and the device. */
export function incomparable(settings: Settings, defaults: Settings): KnobName[] {
  return changedKnobs(settings, defaults).filter((name) => name !== 'seed' && name !== 'device');
}

/** Why the band does not apply, in words: "Layers is 4 here, 2 there"; empty when it does apply. */
export function differences(settings: Settings, defaults: Settings): string[] {
  return incomparable(settings, defaults).map((name) => {
    const show = (value: number | string) => {
      const knob = KNOBS[name];
      const choice = knob.kind === 'choice' ? knob.choices.find((candidate) => candidate.value === value) : undefined;
      return choice?.label ?? String(value);
    };
    return `${KNOBS[name].label}: ${show(settings[name])} instead of ${show(defaults[name])}`;
  });
}
