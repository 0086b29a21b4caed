/**
 * What a sink is used for: a model that reads on past its context, with a cache too small for the text (StreamingLLM,
 * Xiao et al. 2023, arXiv:2309.17453).
 */
import { createDecoder, type Decoder } from '../../src/decoding/decoder.ts';
import { tokenLoss } from '../../src/decoding/linear.ts';
import type { CachePolicy } from '../../src/decoding/policy.ts';
import { type Batch, type Engine, IGNORED_TARGET } from '../../src/engine/engine.ts';
import { createKernelsEngine } from '../../src/engine/kernels/engine.ts';
import type { Measured } from '../../src/results/schema.ts';
import { type PackedText, windowCount, windowsAt } from '../../src/training/text/packing.ts';
import type { Analysis, TrainedModel } from './analysis.ts';

/** Tokens read with every policy and size, in stretches of this many contexts, each read in one go. */
const TOKENS = 4096;
const CONTEXTS_OF_STRETCH = 8;

/** What a query sees of the past, by the name of its measures; every policy has as many entries as the others. */
export const STREAMING_POLICIES: Record<string, (size: number) => CachePolicy> = {
  window: (size) => ({ kind: 'window', size, first: 0 }),
  'first-1': (size) => ({ kind: 'window', size, first: 1 }),
  'first-2': (size) => ({ kind: 'window', size, first: 2 }),
  'first-4': (size) => ({ kind: 'window', size, first: 4 }),
  'key-diff': (size) => ({ kind: 'key-diff', size, recent: 0 }),
  'key-diff-recent': (size) => ({ kind: 'key-diff', size, recent: size / 2 }),
};

/** Cache sizes of a model: an eighth of its context to the whole, where four first tokens leave a window of four. */
export function cacheSizes(contextLength: number): number[] {
  return [8, 4, 2, 1].map((part) => contextLength / part).filter((size) => Number.isInteger(size) && size >= 8);
}

/** Positions of a bucket of `by-position`: a quarter of the context, so that a bucket ends where the first token leaves a cache of half. */
export function bucketWidth(contextLength: number): number {
  return contextLength / 4;
}

export const streaming: Analysis = {
  id: 'streaming',
  version: '1',
  description:
    `Loss in nats on ${TOKENS} held-out tokens in stretches of ${CONTEXTS_OF_STRETCH} contexts (documents one after ` +
    'another; <bos> first where the model is trained so), read token by token with a key-value cache of a fixed size: ' +
    'the nearest tokens alone; the first 1, 2 or 4 and the nearest; the keys least like the others (KeyDiff), or these ' +
    'and the nearest half. Positions are those within the cache. Means by cache size are over the positions from the ' +
    'context length on, where every cache is full, so that all are of the same tokens. Beside them: the same number of ' +
    'tokens read anew for every prediction, and a cache that keeps all.',
  measure,
};

async function measure(model: TrainedModel): Promise<Measured> {
  const { model: config, data } = model.run.specification;
  const T = config.contextLength;
  const packed = model.heldOut(data);
  const stretchLength = CONTEXTS_OF_STRETCH * T;
  const offsets = stretchOffsets(packed, stretchLength);
  const text = windowsAt(packed, offsets, stretchLength);
  const sizes = cacheSizes(T);
  const half = sizes.indexOf(T / 2);
  if (half === -1) throw new Error(`a context of ${T} is too short for streaming; it takes an even one from 16 on`);

  const measured: Measured = { sizes, 'by-position/width': bucketWidth(T) };
  const bySize: Record<string, Float64Array[]> = {};
  for (const [name, policy] of Object.entries(STREAMING_POLICIES)) {
    const readings = sizes.map((size) => readStretches(model, text, policy(size)));
    bySize[name] = readings.map(({ losses }) => losses);
    measured[`holds-first/${name}`] = readings.map(({ holdsFirst }) => holdsFirst);
  }
  bySize.recomputed = await recomputed(model, packed, offsets, stretchLength, sizes);
  const keepsAll = readStretches(model, text, { kind: 'full', size: stretchLength }).losses;

  const late = (losses: Float64Array) => meanLoss(losses, text, T, stretchLength);
  const byPosition = (losses: Float64Array) => bucketed(losses, text, bucketWidth(T));
  for (const [name, losses] of Object.entries(bySize)) {
    measured[`loss/${name}`] = losses.map(late);
    measured[`by-position/half/${name}`] = byPosition(losses[half]!);
    measured[`by-position/whole/${name}`] = byPosition(losses.at(-1)!);
    if (name !== 'first-1') {
      const over = losses.map((of, i) => late(of) - late(bySize['first-1']![i]!));
      measured[`over-first-1/${name}`] = over;
      // A number by itself, since of those the results hold every seed.
      measured[`half/over-first-1/${name}`] = over[half]!;
    }
  }
  measured['loss/keeps-all'] = late(keepsAll);
  measured['by-position/keeps-all'] = byPosition(keepsAll);
  return measured;
}

/** Where the stretches begin: evenly over the text, the same for every model of one context length. */
function stretchOffsets(packed: PackedText, length: number): number[] {
  const stretches = Math.ceil(TOKENS / length);
  const step = Math.floor(windowCount(packed, length) / stretches);
  return Array.from({ length: stretches }, (_, i) => i * step);
}

interface Reading {
  /** At each position of each stretch, (stretches, positions); 0 where the target does not count. */
  losses: Float64Array;
  /** In which share of heads the first token is still in the cache at the end of a stretch. */
  holdsFirst: number;
}

function readStretches({ run, parameters }: TrainedModel, text: Batch, policy: CachePolicy): Reading {
  const { model: config } = run.specification;
  const decoder = createDecoder(config, parameters, policy);
  const losses = new Float64Array(text.targets.length);
  let holding = 0;
  for (const [at, target] of text.targets.entries()) {
    if (at % text.length === 0) decoder.reset();
    const logits = decoder.feed(text.inputs[at]!);
    if (target !== IGNORED_TARGET) losses[at] = tokenLoss(logits, target);
    if (at % text.length === text.length - 1) holding += headsHoldingFirst(decoder);
  }
  return { losses, holdsFirst: holding / (text.sequences * config.layers * config.heads) };
}

function headsHoldingFirst(decoder: Decoder): number {
  const { layers, heads } = decoder.config;
  let holding = 0;
  for (let layer = 0; layer < layers; layer++) {
    for (let head = 0; head < heads; head++) if (decoder.positions(layer, head)[0] === 0) holding++;
  }
  return holding;
}

/**
 * The losses of a model that reads its last tokens anew for every prediction, by the number of tokens it reads: dear,
 * but what it would be without a cache. Where a first `<bos>` is fixed it is one of them.
 */
async function recomputed(
  { run, parameters, module }: TrainedModel,
  packed: PackedText,
  stretches: readonly number[],
  stretchLength: number,
  sizes: readonly number[],
): Promise<Float64Array[]> {
  const config = run.specification.model;
  const batch = { sequences: 64, length: config.contextLength };
  const engine = await createKernelsEngine(config, parameters, { module, batch });
  try {
    const bySize = [];
    for (const size of sizes) {
      const losses = new Float64Array(stretches.length * stretchLength);
      for (const [stretch, start] of stretches.entries()) {
        const into = losses.subarray(stretch * stretchLength, (stretch + 1) * stretchLength);
        // While the stretch is shorter than the cache there is one window; later each position has its own.
        await lossesAt(engine, windowsAt(packed, [start], size), 0, into);
        for (let first = 1; first + size <= stretchLength; first += batch.sequences) {
          const count = Math.min(batch.sequences, stretchLength - size - first + 1);
          const offsets = Array.from({ length: count }, (_, i) => start + first + i);
          await lossesAt(engine, windowsAt(packed, offsets, size), size - 1, into.subarray(first + size - 1));
        }
      }
      bySize.push(losses);
    }
    return bySize;
  } finally {
    engine.dispose();
  }
}

/** Writes the losses of a batch at the positions from `from` on, one sequence after another. */
async function lossesAt(engine: Engine, batch: Batch, from: number, into: Float64Array): Promise<void> {
  const { logits } = await engine.inspect(batch, { logits: true });
  const V = engine.config.vocabularySize;
  let end = 0;
  for (let sequence = 0; sequence < batch.sequences; sequence++) {
    for (let t = from; t < batch.length; t++, end++) {
      const at = sequence * batch.length + t;
      const target = batch.targets[at]!;
      if (target !== IGNORED_TARGET) into[end] = tokenLoss(logits!.subarray(at * V, (at + 1) * V), target);
    }
  }
}

/** The mean over all stretches of the positions `from` to `to` - 1 whose target counts. */
function meanLoss(losses: Float64Array, { targets, length }: Batch, from: number, to: number): number {
  let sum = 0;
  let count = 0;
  for (let at = 0; at < losses.length; at++) {
    const position = at % length;
    if (position < from || position >= to || targets[at] === IGNORED_TARGET) continue;
    sum += losses[at]!;
    count++;
  }
  return sum / count;
}

function bucketed(losses: Float64Array, text: Batch, width: number): number[] {
  return Array.from({ length: text.length / width }, (_, bucket) =>
    meanLoss(losses, text, bucket * width, (bucket + 1) * width),
  );
}
