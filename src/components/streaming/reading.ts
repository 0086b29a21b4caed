/** A text read token by token with a cache of a fixed size: what each token cost, and what the cache held then. */
import { createDecoder } from '../../decoding/decoder.ts';
import { tokenLoss } from '../../decoding/linear.ts';
import type { CachePolicy } from '../../decoding/policy.ts';
import type { ModelConfig } from '../../transformer/config.ts';
import type { Parameters } from '../../transformer/parameters.ts';

export interface Reading {
  /** (n): nats of the token behind each. */
  losses: Float32Array;
  /** (n, n): heads whose cache holds token j when token t is read, at [t, j]. */
  holding: Uint8Array;
  /** Heads that there are. */
  heads: number;
}

/** Tokens between two pauses in which a reading can be given up. */
const STRIDE = 16;

/**
 * @param tokens n + 1 of them: n are read, the last n predicted.
 * @param pause called now and then; the reading is given up, null, where it answers false.
 * @throws {DecodingError} for a model or policy that a decoder does not take.
 */
export async function readTokens(
  { config, parameters }: { config: ModelConfig; parameters: Parameters },
  tokens: Int32Array,
  policy: CachePolicy,
  pause: () => Promise<boolean>,
): Promise<Reading | null> {
  const n = tokens.length - 1;
  const { layers, heads } = config;
  const decoder = createDecoder(config, parameters, policy);
  const losses = new Float32Array(n);
  const holding = new Uint8Array(n * n);
  for (let t = 0; t < n; t++) {
    losses[t] = tokenLoss(decoder.feed(tokens[t]!), tokens[t + 1]!);
    for (let layer = 0; layer < layers; layer++) {
      for (let head = 0; head < heads; head++) {
        for (const position of decoder.positions(layer, head)) holding[t * n + position]!++;
      }
    }
    if (t % STRIDE === STRIDE - 1 && !(await pause())) return null;
  }
  return { losses, holding, heads: layers * heads };
}

/** The share of heads, 0 to 1, whose cache holds a token when another is read. */
export function shareHolding({ holding, heads, losses }: Reading, at: number, token: number): number {
  return holding[at * losses.length + token]! / heads;
}

/** The first token at whose reading no head holds the first any more; null where one holds it to the end. */
export function firstLeaves(reading: Reading): number | null {
  for (let t = 0; t < reading.losses.length; t++) if (shareHolding(reading, t, 0) === 0) return t;
  return null;
}

/** The mean of the last losses at each token: of `span` of them, or as many as there are. */
export function runningMean(losses: Float32Array, span: number): number[] {
  let sum = 0;
  return Array.from(losses, (loss, t) => {
    sum += loss - (t >= span ? losses[t - span]! : 0);
    return sum / Math.min(t + 1, span);
  });
}

/** The mean of the losses from a token on; null where there are none. */
export function meanFrom(losses: Float32Array, from: number): number | null {
  const late = losses.subarray(from);
  return late.length > 0 ? late.reduce((sum, loss) => sum + loss, 0) / late.length : null;
}
