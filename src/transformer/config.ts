/**
 * What a model is: a LLaMA-style decoder (RMSNorm before each block, RoPE, SwiGLU, no biases, untied head).
 * Nothing here knows how the model is computed; the engines in `src/engine` do.
 */

/** The shape of one model. Every length is a count: tokens, layers, heads or channels. */
export interface ModelConfig {
  /** V: token ids run from 0 to V - 1. */
  vocabularySize: number;
  /** T: the longest sequence the model is trained on; positions run from 0 to T - 1. */
  contextLength: number;
  /** L: transformer blocks. */
  layers: number;
  /** H: attention heads of a block. */
  heads: number;
  /** D: channels of the residual stream; a multiple of 2 H, since RoPE turns pairs of channels of a head. */
  width: number;
  /** F: hidden channels of the SwiGLU MLP; LLaMA takes about 8 D / 3. */
  hiddenWidth: number;
  /** The base of RoPE's frequencies, 10,000 in the source (Su et al. 2021, arXiv:2104.09864). */
  ropeBase: number;
  /** Added to the mean square in RMSNorm. */
  normEpsilon: number;
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
export function headWidth(config: ModelConfig): number {
  return config.width / config.heads;
}

/**
 * Checks a configuration and returns it.
 * @throws {ConfigError} naming the first field that cannot be.
 */
export function checkConfig(config: ModelConfig): ModelConfig {
  const counts = ['vocabularySize', 'contextLength', 'layers', 'heads', 'width', 'hiddenWidth'] as const;
  for (const field of counts) {
    const value = config[field];
    if (!Number.isInteger(value) || value < 1) {
      throw new ConfigError(field, `must be a whole number of at least 1, not ${value}`);
    }
  }
  if (config.width % (2 * config.heads) !== 0) {
    throw new ConfigError(
      'width',
      `must be a multiple of 2 x heads (${2 * config.heads}), since RoPE turns pairs of channels; it is ${config.width}`,
    );
  }
  for (const field of ['ropeBase', 'normEpsilon'] as const) {
    const value = config[field];
    if (!Number.isFinite(value) || value <= 0) throw new ConfigError(field, `must be a positive number, not ${value}`);
  }
  return config;
}
