/** Every knob of the engine: one table, in the groups in which the laboratory shows them. */
import {
  ATTENTION_KINDS,
  type AttentionKind,
  MLP_KINDS,
  type MlpKind,
  NORM_KINDS,
  type NormKind,
  POSITION_KINDS,
  type PositionKind,
} from '../../transformer/config.ts';
import { type Choice, type Device, type Knob, KNOBS as RERUN } from '../lab/state.ts';

/** What the reader can choose, flat, as the address has it. */
export interface LabSettings {
  source: 'text' | 'backcopy' | 'own';
  bos: 'none' | 'document' | 'fixed';
  mask: 'causal' | 'document';
  /** 0: all of the text. */
  uniqueTokens: number;
  unit: 'character' | 'token';
  order: number;
  triggers: number;
  /** L */
  layers: number;
  /** H */
  heads: number;
  /** D */
  width: number;
  /** T */
  contextLength: number;
  mlp: MlpKind;
  /** F; 0: that of a LLaMA of this width. */
  hiddenWidth: number;
  positions: PositionKind;
  ropeBase: number;
  norm: NormKind;
  normEpsilon: number;
  head: 'own' | 'tied';
  /** 0: every earlier token is seen. */
  window: number;
  windowFirst: number;
  attention: AttentionKind;
  seed: number;
  steps: number;
  /** B */
  sequencesPerStep: number;
  peakLearningRate: number;
  optimiser: 'adamw' | 'sgd';
  schedule: 'constant' | 'falls';
  finalLearningRate: number;
  warmupSteps: number;
  weightDecay: number;
  clipNorm: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  evaluateEvery: number;
  heldOut: number;
  device: Device;
}

export type LabKnob = keyof LabSettings;
export type LabKnobs = { [Name in LabKnob]: Knob<LabSettings[Name]> };

const sizes = (...values: number[]): Choice<number>[] => values.map((value) => ({ value, label: String(value) }));
const named = <T extends string>(kinds: readonly T[], labels: Record<T, string>): Choice<T>[] =>
  kinds.map((value) => ({ value, label: labels[value] }));

export const LAB_KNOBS: LabKnobs = {
  source: {
    label: 'Data',
    help: 'What the model reads, and is tested on where it was not trained.',
    key: 'data',
    kind: 'choice',
    choices: [
      { value: 'text', label: 'World English Bible' },
      { value: 'backcopy', label: 'Bigram-Backcopy' },
      { value: 'own', label: 'Your own text' },
    ],
  },
  bos: RERUN.bos,
  mask: RERUN.mask,
  uniqueTokens: {
    label: 'Tokens of text',
    help: 'Train on the first so many tokens alone, again and again. 0: on all of them.',
    key: 'unique',
    kind: 'whole',
    min: 0,
    max: 10_000_000,
  },
  unit: {
    label: 'Symbols',
    help: 'What the language strings together: characters of the Bible, or its tokens.',
    key: 'unit',
    kind: 'choice',
    choices: [
      { value: 'character', label: 'characters' },
      { value: 'token', label: 'tokens' },
    ],
  },
  order: {
    label: 'Symbols that decide the next',
    help: 'One makes bigrams, two make trigrams.',
    key: 'order',
    kind: 'choice',
    choices: sizes(1, 2),
  },
  triggers: {
    label: 'Triggers',
    help: 'The most frequent symbols; after one, the symbol before it is copied. With none there is nothing to attend to.',
    key: 'triggers',
    kind: 'whole',
    min: 0,
    max: 20,
  },
  layers: { ...RERUN.layers, kind: 'choice', choices: sizes(1, 2, 3, 4, 6, 8, 12) },
  heads: { ...RERUN.heads, kind: 'choice', choices: sizes(1, 2, 4, 8, 16) },
  width: { ...RERUN.width, kind: 'choice', choices: sizes(8, 16, 32, 48, 64, 96, 128, 192, 256) },
  contextLength: { ...RERUN.contextLength, kind: 'choice', choices: sizes(8, 16, 32, 64, 128, 256) },
  mlp: {
    label: 'MLP',
    help: 'What stands between two layers of attention.',
    key: 'mlp',
    kind: 'choice',
    choices: named(MLP_KINDS, { swiglu: 'SwiGLU', relu: 'ReLU', none: 'none' }),
  },
  hiddenWidth: {
    label: 'MLP width',
    help: 'Hidden channels. 0: eight thirds of the width, as a LLaMA has it.',
    key: 'hidden',
    kind: 'whole',
    min: 0,
    max: 2048,
  },
  positions: {
    label: 'Positions',
    help: 'How the model learns where a token stands.',
    key: 'positions',
    kind: 'choice',
    choices: named(POSITION_KINDS, { rope: 'rotary (RoPE)', learned: 'learned', none: 'none' }),
  },
  ropeBase: {
    label: 'RoPE base',
    help: 'The larger, the slower the slowest rotation.',
    key: 'rope',
    kind: 'real',
    min: 1,
    max: 1e8,
  },
  norm: {
    label: 'Norm',
    help: 'How the stream is scaled before each block.',
    key: 'norm',
    kind: 'choice',
    choices: named(NORM_KINDS, { rms: 'RMSNorm', layer: 'LayerNorm' }),
  },
  normEpsilon: {
    label: 'Norm epsilon',
    help: 'Keeps a norm from dividing by nothing.',
    key: 'norm-epsilon',
    kind: 'real',
    min: 1e-12,
    max: 0.1,
  },
  head: {
    label: 'Output head',
    help: 'Whether the logits have a matrix of their own or use the embedding again.',
    key: 'head',
    kind: 'choice',
    choices: [
      { value: 'own', label: 'its own' },
      { value: 'tied', label: 'tied to the embedding' },
    ],
  },
  window: {
    label: 'Attention window',
    help: 'Nearest tokens that a query sees, itself included. 0: every earlier one.',
    key: 'window',
    kind: 'whole',
    min: 0,
    max: 256,
  },
  windowFirst: {
    label: 'First tokens kept in sight',
    help: 'Seen from everywhere, beyond the window too: a place for a sink.',
    key: 'keep',
    kind: 'whole',
    min: 0,
    max: 256,
  },
  attention: {
    label: 'Attention',
    help: 'How the scores of a query become weights.',
    key: 'attention',
    kind: 'choice',
    choices: named(ATTENTION_KINDS, {
      softmax: 'softmax',
      'softmax-plus-one': 'softmax plus one',
      'sink-logit': 'sink logit',
      'key-bias': 'key bias',
      sigmoid: 'sigmoid',
      softpick: 'softpick',
      relu: 'ReLU',
      gated: 'gated softmax',
    }),
  },
  seed: RERUN.seed,
  steps: { ...RERUN.steps, kind: 'whole', min: 1, max: 50_000 },
  sequencesPerStep: { ...RERUN.sequencesPerStep, kind: 'choice', choices: sizes(1, 2, 4, 8, 16, 32, 64, 128, 256) },
  peakLearningRate: {
    ...RERUN.peakLearningRate,
    help: 'How far one update moves, once warmed up. SGD wants a far higher rate than AdamW.',
    kind: 'real',
    min: 1e-6,
    max: 100,
  },
  optimiser: {
    label: 'Optimiser',
    help: 'SGD has momentum, the first beta. Guo et al. saw weaker sinks with it.',
    key: 'optimiser',
    kind: 'choice',
    choices: [
      { value: 'adamw', label: 'AdamW' },
      { value: 'sgd', label: 'SGD with momentum' },
    ],
  },
  schedule: {
    label: 'After the warm-up',
    help: 'Whether the rate stays, or falls in a line to the last step.',
    key: 'schedule',
    kind: 'choice',
    choices: [
      { value: 'constant', label: 'the rate stays' },
      { value: 'falls', label: 'the rate falls' },
    ],
  },
  finalLearningRate: {
    label: 'Final learning rate',
    help: 'The rate of the last step.',
    key: 'final-rate',
    kind: 'real',
    min: 0,
    max: 100,
  },
  warmupSteps: {
    label: 'Warm-up steps',
    help: 'Over so many steps the rate rises from nothing to its peak.',
    key: 'warmup',
    kind: 'whole',
    min: 0,
    max: 50_000,
  },
  weightDecay: {
    label: 'Weight decay',
    help: 'Pulls embeddings and matrices towards zero; some say it feeds the sink.',
    key: 'decay',
    kind: 'real',
    min: 0,
    max: 10,
  },
  clipNorm: {
    label: 'Gradient clip',
    help: 'The largest norm of all gradients together.',
    key: 'clip',
    kind: 'real',
    min: 1e-6,
    max: 1e6,
  },
  beta1: {
    label: 'Beta 1',
    help: 'Memory of the mean of the gradients: momentum.',
    key: 'beta1',
    kind: 'real',
    min: 0,
    max: 0.9999,
  },
  beta2: {
    label: 'Beta 2',
    help: 'Memory of the mean of their squares.',
    key: 'beta2',
    kind: 'real',
    min: 0,
    max: 0.99999,
  },
  epsilon: {
    label: 'AdamW epsilon',
    help: 'Added to the root of that mean of squares.',
    key: 'epsilon',
    kind: 'real',
    min: 1e-15,
    max: 1,
  },
  evaluateEvery: {
    label: 'Measured every',
    help: 'Steps between two measurements: the points of the curves, and the places where a run can be taken up again.',
    key: 'every',
    kind: 'whole',
    min: 1,
    max: 50_000,
  },
  heldOut: {
    label: 'Held-out sequences',
    help: 'On which every measurement is made. A short text of your own may not have so many.',
    key: 'held-out',
    kind: 'whole',
    min: 1,
    max: 1024,
  },
  device: RERUN.device,
};

export const LAB_KNOB_NAMES = Object.keys(LAB_KNOBS) as LabKnob[];

/** A quick model, which grows sinks in seconds. Links hold what differs from it, so it is to stay. */
export const LAB_DEFAULTS: LabSettings = {
  ...{ source: 'text', bos: 'fixed', mask: 'causal', uniqueTokens: 0, unit: 'character', order: 1, triggers: 3 },
  ...{ layers: 2, heads: 4, width: 32, contextLength: 16, mlp: 'swiglu', hiddenWidth: 0 },
  ...{ positions: 'rope', ropeBase: 10_000, norm: 'rms', normEpsilon: 1e-5, head: 'own', window: 0, windowFirst: 1 },
  ...{ attention: 'softmax', seed: 0, steps: 500, sequencesPerStep: 64, peakLearningRate: 0.0125 },
  ...{ optimiser: 'adamw', schedule: 'constant', finalLearningRate: 0, warmupSteps: 80, weightDecay: 0.5, clipNorm: 1 },
  ...{ beta1: 0.9, beta2: 0.95, epsilon: 1e-8, evaluateEvery: 20, heldOut: 128, device: 'kernels' },
};

/** The groups, each with the knobs that one turns first, and those that one turns seldom. */
export const GROUPS: readonly { title: string; knobs: readonly LabKnob[]; rare: readonly LabKnob[] }[] = [
  {
    title: 'Data',
    knobs: ['source', 'bos', 'unit', 'order', 'triggers'],
    rare: ['mask', 'uniqueTokens', 'heldOut'],
  },
  {
    title: 'Model',
    knobs: ['layers', 'heads', 'width', 'contextLength'],
    rare: [
      ...(['mlp', 'hiddenWidth', 'positions', 'ropeBase', 'norm', 'normEpsilon', 'head'] as const),
      ...(['window', 'windowFirst'] as const),
    ],
  },
  { title: 'Attention', knobs: ['attention'], rare: [] },
  {
    title: 'Training',
    knobs: ['steps', 'sequencesPerStep', 'peakLearningRate', 'seed'],
    rare: [
      ...(['optimiser', 'schedule', 'finalLearningRate', 'warmupSteps', 'weightDecay', 'clipNorm'] as const),
      ...(['beta1', 'beta2', 'epsilon', 'evaluateEvery', 'device'] as const),
    ],
  },
];
