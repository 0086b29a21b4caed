/** What the loss says when the values of the first token are taken away, its keys and all weights as they were. */
import { createDecoder, type Decoder } from '../../src/decoding/decoder.ts';
import { tokenLoss } from '../../src/decoding/linear.ts';
import { type Batch, IGNORED_TARGET } from '../../src/engine/engine.ts';
import type { Measured } from '../../src/results/schema.ts';
import { randomGenerator } from '../../src/transformer/random.ts';
import type { TrainedModel } from './analysis.ts';

/** What is done to a window: called after every token of it, with the place of the ordinary token that is compared. */
type Intervention = (decoder: Decoder, position: number, ordinary: number, values: Float32Array) => void;

/**
 * The first token's own state stays as it is, since what it does is done before; only later tokens see the change. An
 * ordinary token is one of the first half of the window, drawn once a window.
 */
const INTERVENTIONS: Record<string, Intervention> = {
  'zero-first': (decoder, position) => {
    if (position === 0) setZero(decoder, 0);
  },
  'mask-first': (decoder, position) => {
    if (position === 0) decoder.evict(0);
  },
  'ordinary-first': (decoder, position, _, values) => {
    if (position === 0) decoder.setValue(0, values);
  },
  'zero-ordinary': (decoder, position, ordinary) => {
    if (position === ordinary) setZero(decoder, ordinary);
  },
};

function setZero(decoder: Decoder, slot: number): void {
  const { layers, width } = decoder.config;
  decoder.setValue(slot, new Float32Array(layers * width));
}

/**
 * `ablation/loss` of the untouched model and `ablation/<intervention>`, the rise of it; `ablation/attention-first` and
 * `ablation/attention-ordinary`, the mean attention that the two tokens have to lose. Over the second half of windows.
 */
export function ablations({ run, parameters }: TrainedModel, text: Batch): Measured {
  const { model: config } = run.specification;
  const half = text.length / 2;
  const random = randomGenerator('no-op/ordinary-tokens');
  const decoder = createDecoder(config, parameters);
  const sums: Record<string, number> = Object.fromEntries(Object.keys(INTERVENTIONS).map((name) => [name, 0]));
  let [untouched, first, ordinarily, count] = [0, 0, 0, 0];
  for (let window = 0; window < text.sequences; window++) {
    const start = window * text.length;
    const inputs = text.inputs.subarray(start, start + text.length);
    const targets = text.targets.subarray(start, start + text.length);
    count += targets.subarray(half).filter((target) => target !== IGNORED_TARGET).length;
    const ordinary = 1 + random.below(half - 1);
    untouched += lateLoss(decoder, inputs, targets, (position) => {
      if (position < half) return;
      first += meanAttention(decoder, 0);
      ordinarily += meanAttention(decoder, ordinary);
    });
    const values = decoder.value(ordinary);
    for (const [name, intervene] of Object.entries(INTERVENTIONS)) {
      sums[name]! += lateLoss(decoder, inputs, targets, (position) => intervene(decoder, position, ordinary, values));
    }
  }
  const measured: Measured = { 'ablation/loss': untouched / count };
  for (const [name, sum] of Object.entries(sums)) measured[`ablation/${name}`] = (sum - untouched) / count;
  const queries = text.sequences * half;
  measured['ablation/attention-first'] = first / queries;
  measured['ablation/attention-ordinary'] = ordinarily / queries;
  return measured;
}

/** The sum of the losses at the second half of a window; `after` is called when a token has been read. */
function lateLoss(
  decoder: Decoder,
  inputs: Int32Array,
  targets: Int32Array,
  after: (position: number) => void,
): number {
  decoder.reset();
  let sum = 0;
  for (const [position, token] of inputs.entries()) {
    const logits = decoder.feed(token);
    const target = targets[position]!;
    if (position >= inputs.length / 2 && target !== IGNORED_TARGET) sum += tokenLoss(logits, target);
    after(position);
  }
  return sum;
}

/** Attention of the last token to a slot, over all heads. */
function meanAttention(decoder: Decoder, slot: number): number {
  const { layers, heads } = decoder.config;
  const { size } = decoder.policy;
  let sum = 0;
  for (let row = 0; row < layers * heads; row++) sum += decoder.attention[row * size + slot]!;
  return sum / (layers * heads);
}
