/** Every field of a run's specification but its seed, as a reader reads it. */
import type { RunSpecification } from '../../training/specification.ts';

export interface SpecificationField {
  label: string;
  of(specification: Omit<RunSpecification, 'seed'>): string;
}

const count = (value: number) => value.toLocaleString('en');
/** `0.0006`, `1e-8`: as short as it is exact. */
const exact = (value: number) => String(value);

const BOS = { none: 'none', document: 'before every document', fixed: 'at the first position of every sequence' };
const MASKS = { causal: 'all earlier tokens', document: 'earlier tokens of the same document' };

type Window = RunSpecification['model']['window'];
type Language = RunSpecification['data']['language'];

function windowText(window: Window): string {
  if (window === null) return 'none';
  return window.first === 0
    ? `the last ${count(window.length)}`
    : `the last ${count(window.length)} and the first ${count(window.first)}`;
}

function languageText(language: Language): string {
  if (language === null) return 'the text itself';
  const { unit, order, triggers } = language;
  const copies = triggers === 0 ? '' : `, ${count(triggers)} triggers that copy`;
  return `sampled by ${unit}, each from the last ${order === 1 ? 'one' : count(order)}${copies}`;
}

export const SPECIFICATION_FIELDS: readonly SpecificationField[] = [
  { label: 'Layers', of: ({ model }) => count(model.layers) },
  { label: 'Heads a layer', of: ({ model }) => count(model.heads) },
  { label: 'Width', of: ({ model }) => count(model.width) },
  { label: 'MLP width', of: ({ model }) => count(model.hiddenWidth) },
  { label: 'Context', of: ({ model }) => count(model.contextLength) },
  { label: 'Vocabulary', of: ({ model }) => count(model.vocabularySize) },
  { label: 'Attention', of: ({ model }) => model.attention },
  { label: 'Window', of: ({ model }) => windowText(model.window) },
  { label: 'Positions', of: ({ model }) => model.positions },
  { label: 'RoPE base', of: ({ model }) => count(model.ropeBase) },
  { label: 'Norm', of: ({ model }) => model.norm },
  { label: 'Norm epsilon', of: ({ model }) => exact(model.normEpsilon) },
  { label: 'MLP', of: ({ model }) => model.mlp },
  { label: 'Output matrix', of: ({ model }) => (model.tiedHead ? 'that of the embedding' : 'its own') },
  { label: 'Corpus', of: ({ data }) => data.corpus },
  { label: '<bos>', of: ({ data }) => BOS[data.bos] },
  { label: 'A token attends to', of: ({ data }) => MASKS[data.mask] },
  {
    label: 'Unique tokens',
    of: ({ data }) => (data.uniqueTokens === null ? 'all' : `the first ${count(data.uniqueTokens)}`),
  },
  { label: 'Language', of: ({ data }) => languageText(data.language) },
  { label: 'Steps', of: ({ training }) => count(training.steps) },
  { label: 'Sequences a step', of: ({ training }) => count(training.sequencesPerStep) },
  { label: 'Peak rate', of: ({ training }) => exact(training.peakLearningRate) },
  { label: 'Final rate', of: ({ training }) => exact(training.finalLearningRate) },
  { label: 'Warm-up steps', of: ({ training }) => count(training.warmupSteps) },
  { label: 'Weight decay', of: ({ training }) => exact(training.weightDecay) },
  { label: 'Gradient clip', of: ({ training }) => exact(training.clipNorm) },
  { label: 'AdamW β₁', of: ({ training }) => exact(training.beta1) },
  { label: 'AdamW β₂', of: ({ training }) => exact(training.beta2) },
  { label: 'AdamW ε', of: ({ training }) => exact(training.epsilon) },
  { label: 'Steps between evaluations', of: ({ evaluation }) => count(evaluation.every) },
  { label: 'Held-out sequences', of: ({ evaluation }) => count(evaluation.sequences) },
  { label: 'Engine', of: ({ engine }) => engine },
];
