/** Which kernel turns a kind's scores into weights: see `assembly/weights.ts`. */
import type { AttentionKind } from '../../transformer/config.ts';
import { RELU, SIGMOID, SINK_SOFTMAX, SOFTMAX, SOFTPICK } from './assembly/kinds.ts';

export const WEIGHTS: Record<AttentionKind, number> = {
  softmax: SOFTMAX,
  gated: SOFTMAX,
  'softmax-plus-one': SINK_SOFTMAX,
  'sink-logit': SINK_SOFTMAX,
  'key-bias': SINK_SOFTMAX,
  sigmoid: SIGMOID,
  softpick: SOFTPICK,
  relu: RELU,
};

/** Whether the kernel keeps a number a query beside the weights. */
export function keepsAside(attention: AttentionKind): boolean {
  return WEIGHTS[attention] !== SOFTMAX && WEIGHTS[attention] !== SIGMOID;
}
