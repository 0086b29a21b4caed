/**
 * Rotary position embedding (Su et al. 2021, arXiv:2104.09864): queries and keys are turned by an angle that grows with
 * their position, so that their product depends on the distance between them.
 *
 * Channel i of a head is paired with channel i + Dh / 2, as Hugging Face's LLaMA does, so that exported weights need no
 * permutation:  x[i] cos - x[i + Dh/2] sin,  x[i + Dh/2] cos + x[i] sin.
 */
import { headWidth, type ModelConfig } from './config.ts';
import { cos, power, sin } from './elementary.ts';

export interface RopeTables {
  /** (T, Dh / 2): cosine of the angle of pair i at position t. */
  cos: Float32Array;
  /** (T, Dh / 2) */
  sin: Float32Array;
}

/** cos and sin of `t * ropeBase^(-2i / Dh)` for the positions 0 to `length` - 1; the same bits everywhere. */
export function ropeTables(config: ModelConfig, length: number = config.contextLength): RopeTables {
  const pairs = headWidth(config) / 2;
  const tables: RopeTables = { cos: new Float32Array(length * pairs), sin: new Float32Array(length * pairs) };
  for (let i = 0; i < pairs; i++) {
    const frequency = power(config.ropeBase, -i / pairs);
    for (let t = 0; t < length; t++) {
      tables.cos[t * pairs + i] = cos(t * frequency);
      tables.sin[t * pairs + i] = sin(t * frequency);
    }
  }
  return tables;
}
