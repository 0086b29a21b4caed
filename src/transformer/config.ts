/**
 * What a model is: a decoder-only transformer, in the base kind a LLaMA (RMSNorm before each block, RoPE, SwiGLU, no
 * biases, untied head), or with one part exchanged for another. Nothing here knows how the model is computed; the
 * engines in `src/engine` do.
 */

/**
 * How scores s of a query become weights over the keys it sees.
 *
 * - `softmax`: e^s / sum e^s.
 * - `softmax-plus-one`: e^s / (1 + sum e^s) (Miller 2023): a key of score 0 and value 0 that is always there.
 * - `sink-logit`: as if a further key had a learned score a head and value 0 (gpt-oss, arXiv:2508.10925).
 * - `key-bias`: as if a further key, learned a head and not turned by RoPE, had value 0 (Gu et al. 2024,
 *   arXiv:2410.10781, "K biases with v = 0").
 * - `sigmoid`: 1 / (1 + e^-s), not normalised (Gu et al. 2024, table 6).
 * - `softpick`: ReLU(e^s - 1) / (sum |e^s - 1| + epsilon) (Zuhri et al. 2025, arXiv:2504.20966).
 * - `relu`: ReLU(s) / number of keys seen (Guo et al. 2024, arXiv:2410.13835).
 * - `gated`: softmax, and the heads' output is multiplied by sigmoid(x · gate), elementwise (Qiu et al. 2025,
 *   arXiv:2505.06708).
 */
export const ATTENTION_KINDS = [
  'softmax',
  'softmax-plus-one',
  'sink-logit',
  'key-bias',
  'sigmoid',
  'softpick',
  'relu',
  'gated',
] as const;
export type AttentionKind = (typeof ATTENTION_KINDS)[number];

/** `rope`: rotary (Su et al. 2021); `learned`: a vector a position is added to the embedding; `none`. */
export const POSITION_KINDS = ['rope', 'learned', 'none'] as const;
export type PositionKind = (typeof POSITION_KINDS)[number];
/** `rms`: x over its root mean square; `layer`: x less its mean over its deviation. Both with a gain, no bias. */
export const NORM_KINDS = ['rms', 'layer'] as const;
export type NormKind = (typeof NORM_KINDS)[number];
/** `swiglu`: (silu(x · gate) * (x · up)) · down; `relu`: ReLU(x · up) · down; `none`: blocks of attention alone. */
export const MLP_KINDS = ['swiglu', 'relu', 'none'] as const;
export type MlpKind = (typeof MLP_KINDS)[number];

/** Which keys a query sees besides being causal: the nearest `length`, itself included, and the `first` of the sequence. */
export interface AttentionWindow {
  length: number;
  first: number;
}

/** The shape and kind of one model. Every length is a count: tokens, layers, heads or channels. */
export interface ModelConfig {
  /** V: token ids run from 0 to V - 1. */
  vocabularySize: number;
  /** T: the longest sequence the model is trained on; positions run from 0 to T - 1. */
  contextLength: number;
  /** L: transformer blocks. */
  layers: number;
  /** H: attention heads of a block. */
  heads: number;
  /** D: channels of the residual stream; a multiple of H, and of 2 H with RoPE, which turns pairs of channels. */
  width: number;
  /** F: hidden channels of the MLP; LLaMA takes about 8 D / 3. Not used where there is no MLP. */
  hiddenWidth: number;
  /** The base of RoPE's frequencies, 10,000 in the source (Su et al. 2021, arXiv:2104.09864). */
  ropeBase: number;
  /** Added to the mean square, or the variance, in the norms. */
  normEpsilon: number;
  attention: AttentionKind;
  /** Null: every earlier token is seen. */
  window: AttentionWindow | null;
  positions: PositionKind;
  norm: NormKind;
  mlp: MlpKind;
  /** Whether logits are products with the embedding itself, instead of a head of their own. */
  tiedHead: boolean;
}

/** The kinds of a LLaMA, the base of every experiment. */
export const LLAMA = {
  attention: 'softmax',
  window: null,
  positions: 'rope',
  norm: 'rms',
  mlp: 'swiglu',
  tiedHead: false,
} as const satisfies Partial<ModelConfig>;

/**
 * F of a LLaMA of width D, 8 D / 3 rounded up to a multiple of four: with three matrices instead of two, SwiGLU then has as
 * many parameters as an MLP of hidden width 4 D (Shazeer 2020, arXiv:2002.05202).
 */
export function llamaHiddenWidth(width: number): number {
  return Math.ceil((8 * width) / 12) * 4;
}

/** A value that cannot be; `field` names where, the message says what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(
    readonly field: string,
    message: string,
  ) {
    super(`${field}: ${message}`);
  }
}

/** Channels of one head, D / H. */
export function headWidth(config: Pick<ModelConfig, 'width' | 'heads'>): number {
  return config.width / config.heads;
}

/**
 * Whether a query sees a key of its own sequence and document, by the causal mask and the window.
 * @param query position of the query, from 0; likewise `key`
 */
export function sees({ window }: Pick<ModelConfig, 'window'>, query: number, key: number): boolean {
  return key <= query && (window === null || query - key < window.length || key < window.first);
}

/**
 * Checks a configuration and returns it.
 * @throws {ConfigError} naming the first field that cannot be.
 */
export function checkConfig(config: ModelConfig): ModelConfig {
  const counts = ['vocabularySize', 'contextLength', 'layers', 'heads', 'width', 'hiddenWidth'] as const;
  for (const field of counts) checkCount(field, config[field]);
  for (const field of ['ropeBase', 'normEpsilon'] as const) {
    const value = config[field];
    if (!Number.isFinite(value) || value <= 0)
      throw new ConfigError(field, `must be a positive number, not ${shown(value)}`);
  }
  checkChoice('attention', config.attention, ATTENTION_KINDS);
  checkChoice('positions', config.positions, POSITION_KINDS);
  checkChoice('norm', config.norm, NORM_KINDS);
  checkChoice('mlp', config.mlp, MLP_KINDS);
  if (typeof config.tiedHead !== 'boolean') {
    throw new ConfigError('tiedHead', `must be true or false, not ${shown(config.tiedHead)}`);
  }
  checkWidth(config);
  checkWindow(config);
  return config;
}

/** A value as a message shows it: what comes from a file may be an object that cannot be turned into text. */
function shown(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function checkCount(field: string, value: number, least = 1): void {
  if (!Number.isInteger(value) || value < least) {
    throw new ConfigError(field, `must be a whole number of at least ${least}, not ${shown(value)}`);
  }
}

function checkChoice(field: string, value: unknown, choices: readonly string[]): void {
  if (!choices.includes(value as string)) {
    throw new ConfigError(field, `must be one of ${choices.join(', ')}, not ${shown(value)}`);
  }
}

function checkWidth({ width, heads, positions }: ModelConfig): void {
  if (positions === 'rope' && width % (2 * heads) !== 0) {
    throw new ConfigError(
      'width',
      `must be a multiple of 2 x heads (${2 * heads}), since RoPE turns pairs of channels; it is ${width}`,
    );
  }
  if (width % heads !== 0) {
    throw new ConfigError('width', `must be a multiple of the number of heads (${heads}); it is ${width}`);
  }
}

function checkWindow({ window, contextLength }: ModelConfig): void {
  if (window === null) return;
  if (typeof window !== 'object') throw new ConfigError('window', `must be null or a window, not ${shown(window)}`);
  const { length, first } = window;
  checkCount('window.length', length);
  checkCount('window.first', first, 0);
  if (length > contextLength) {
    throw new ConfigError(
      'window.length',
      `is ${length}, beyond the context length of ${contextLength}; a window of null sees every earlier token`,
    );
  }
  if (first > contextLength) {
    throw new ConfigError('window.first', `is ${first}, beyond the context length of ${contextLength}`);
  }
}
