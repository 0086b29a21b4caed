/**
 * A model that reads one token at a time and keeps the keys and values of the earlier ones: what a language model does
 * when it is used. Plain TypeScript on float32 arrays, for inference alone. It takes the LLaMAs of `config.ts`.
 */
import { checkConfig, headWidth, type ModelConfig } from '../transformer/config.ts';
import { type Parameters, parameterShapes, sizeOf } from '../transformer/parameters.ts';
import { type RopeTables, ropeTables } from '../transformer/rope.ts';
import { KeyValueCache } from './cache.ts';
import { DecodingError, UnsupportedModelError } from './errors.ts';
import { multiply, rmsNorm, softmax, swiglu, transposed } from './linear.ts';
import { type CachePolicy, checkPolicy } from './policy.ts';

/** The kinds that are computed here; embedding and head may be tied or not. */
const KNOWN_KINDS = { attention: 'softmax', window: null, positions: 'rope', norm: 'rms', mlp: 'swiglu' } as const;

/** Matrices as (out, in). */
interface Layer {
  attentionNorm: Float32Array;
  query: Float32Array;
  key: Float32Array;
  value: Float32Array;
  output: Float32Array;
  mlpNorm: Float32Array;
  gate: Float32Array;
  up: Float32Array;
  down: Float32Array;
}

/**
 * A decoder with an empty cache. The model's numbers are copied.
 * @throws {ConfigError} for a configuration that cannot be
 * @throws {UnsupportedModelError} for a model that is no LLaMA
 * @throws {DecodingError} for parameters that are not the model's, or sizes of a policy that cannot be
 */
export function createDecoder(
  config: ModelConfig,
  parameters: Parameters,
  policy: CachePolicy = { kind: 'full', size: config.contextLength },
): Decoder {
  checkConfig(config);
  for (const [field, known] of Object.entries(KNOWN_KINDS)) {
    const value = config[field as keyof typeof KNOWN_KINDS];
    if (value !== known) throw new UnsupportedModelError(field, value, String(known));
  }
  for (const { name, shape } of parameterShapes(config)) {
    const found = parameters[name]?.length ?? 0;
    if (found !== sizeOf(shape)) {
      throw new DecodingError(`parameters: ${name} must have ${sizeOf(shape)} numbers, not ${found}`);
    }
  }
  return new Decoder(config, parameters, checkPolicy(policy));
}

/** Made by `createDecoder`. */
export class Decoder {
  private readonly layers: Layer[];
  private readonly embedding: Float32Array;
  private readonly norm: Float32Array;
  /** (V, D) */
  private readonly head: Float32Array;
  private cache: KeyValueCache;
  /** By distance of query and key: only it matters, see `scores`. */
  private distances: RopeTables;
  private weights: Float32Array;
  private tokens = 0;

  private readonly state: Float32Array;
  private readonly normed: Float32Array;
  private readonly query: Float32Array;
  private readonly keyOrValue: Float32Array;
  private readonly mixed: Float32Array;
  private readonly written: Float32Array;
  private readonly gate: Float32Array;
  private readonly up: Float32Array;
  private readonly logits: Float32Array;

  constructor(
    readonly config: ModelConfig,
    parameters: Parameters,
    private currentPolicy: CachePolicy,
  ) {
    const { vocabularySize: V, width: D, hiddenWidth: F, heads, tiedHead } = config;
    this.layers = Array.from({ length: config.layers }, (_, layer) => readLayer(config, parameters, layer));
    this.embedding = parameters.embedding!.slice();
    this.norm = parameters.norm!.slice();
    this.head = tiedHead ? this.embedding : transposed(parameters.head!, D, V);
    this.cache = new KeyValueCache({ layers: config.layers, heads, headWidth: headWidth(config) }, currentPolicy.size);
    this.distances = ropeTables(config, currentPolicy.size);
    this.weights = new Float32Array(config.layers * heads * currentPolicy.size);
    this.state = new Float32Array(D);
    this.normed = new Float32Array(D);
    this.query = new Float32Array(D);
    this.keyOrValue = new Float32Array(D);
    this.mixed = new Float32Array(D);
    this.written = new Float32Array(D);
    this.gate = new Float32Array(F);
    this.up = new Float32Array(F);
    this.logits = new Float32Array(V);
  }

  /** What the cache keeps. */
  get policy(): CachePolicy {
    return this.currentPolicy;
  }

  /** Entries of the cache, the same for every head. */
  get length(): number {
    return this.cache.length;
  }

  /**
   * Attention of the last token to each slot: (L, H, `policy.size`), of which the first `length` of a row count.
   * Overwritten by the next token; slots are those before any later eviction.
   */
  get attention(): Float32Array {
    return this.weights;
  }

  /**
   * Reads one token and returns the logits of the next: (V), overwritten by the next call.
   * @throws {DecodingError} for a token that is not in the vocabulary, or when a cache that keeps all is full.
   */
  feed(token: number): Float32Array {
    const { vocabularySize, width: D, normEpsilon } = this.config;
    if (!Number.isInteger(token) || token < 0 || token >= vocabularySize) {
      throw new DecodingError(`no token has the id ${token}; ids run from 0 to ${vocabularySize - 1}`);
    }
    const { kind, size } = this.currentPolicy;
    if (kind === 'full' && this.cache.length === size) {
      throw new DecodingError(`the cache is full with ${size} tokens; give it a larger size, or a policy that evicts`);
    }
    this.cache.shrink(size - 1, this.currentPolicy);
    const slot = this.cache.open(this.tokens++);
    this.state.set(this.embedding.subarray(token * D, (token + 1) * D));
    for (const [index, layer] of this.layers.entries()) {
      this.attend(layer, index, slot);
      this.transform(layer);
    }
    rmsNorm(this.state, this.norm, normEpsilon, this.normed);
    multiply(this.normed, this.head, this.logits);
    return this.logits;
  }

  /** Empties the cache. */
  reset(): void {
    this.cache.length = 0;
    this.tokens = 0;
  }

  /**
   * Changes the policy, and with it the size: what no longer fits is given up at once, by the new policy.
   * @throws {DecodingError} for sizes that cannot be, or a cache that would keep all and is too small for what it has.
   */
  use(policy: CachePolicy): void {
    checkPolicy(policy);
    if (policy.kind === 'full' && policy.size < this.length) {
      throw new DecodingError(`a cache that keeps all cannot shrink from ${this.length} entries to ${policy.size}`);
    }
    this.cache.shrink(policy.size, policy);
    this.cache = this.cache.resized(policy.size);
    this.distances = ropeTables(this.config, policy.size);
    this.weights = new Float32Array(this.config.layers * this.config.heads * policy.size);
    this.currentPolicy = policy;
  }

  /** Where in the text the tokens of a head's slots stood, from 0. */
  positions(layer: number, head: number): number[] {
    const row = (layer * this.config.heads + head) * this.cache.capacity;
    return Array.from(this.cache.positions.subarray(row, row + this.length));
  }

  /**
   * Gives up one slot in every head: later tokens cannot see it. Distances between the others change where it lay
   * between them; giving up slot 0 is to mask it.
   */
  evict(slot: number): void {
    this.checkSlot(slot);
    this.cache.evict(slot);
  }

  /** A copy of the values of a slot, (L, D): those of head h are the channels from h Dh on. */
  value(slot: number): Float32Array {
    this.checkSlot(slot);
    const { layers, width } = this.config;
    const values = new Float32Array(layers * width);
    this.eachHead(slot, (entry, channels) => values.set(this.cache.values.subarray(entry.start, entry.end), channels));
    return values;
  }

  /** Replaces the values of a slot, (L, D), for the tokens to come; its keys stay, and so does the attention to it. */
  setValue(slot: number, values: Float32Array): void {
    this.checkSlot(slot);
    const { layers, width } = this.config;
    if (values.length !== layers * width) {
      throw new DecodingError(`the values of a slot are ${layers} x ${width} numbers, not ${values.length}`);
    }
    this.eachHead(slot, (entry, channels) => {
      this.cache.values.set(values.subarray(channels, channels + entry.end - entry.start), entry.start);
    });
  }

  private checkSlot(slot: number): void {
    if (!Number.isInteger(slot) || slot < 0 || slot >= this.length) {
      throw new DecodingError(`the cache has no slot ${slot}; it has ${this.length}, counted from 0`);
    }
  }

  /** For every head, where its entry lies in the cache and where its channels lie in (L, D). */
  private eachHead(slot: number, action: (entry: { start: number; end: number }, channels: number) => void): void {
    const { layers, heads } = this.config;
    const { headWidth } = this.cache.shape;
    for (let row = 0; row < layers * heads; row++) {
      const start = (row * this.cache.capacity + slot) * headWidth;
      action({ start, end: start + headWidth }, row * headWidth);
    }
  }

  private attend(layer: Layer, index: number, slot: number): void {
    const { heads, normEpsilon } = this.config;
    rmsNorm(this.state, layer.attentionNorm, normEpsilon, this.normed);
    multiply(this.normed, layer.query, this.query);
    multiply(this.normed, layer.key, this.keyOrValue);
    this.store(this.cache.keys, index, slot);
    multiply(this.normed, layer.value, this.keyOrValue);
    this.store(this.cache.values, index, slot);
    for (let head = 0; head < heads; head++) {
      const row = index * heads + head;
      this.scores(row, head);
      softmax(this.weights, row * this.cache.capacity, this.cache.length);
      this.mix(row, head);
    }
    multiply(this.mixed, layer.output, this.written);
    addTo(this.state, this.written);
  }

  /** Puts the vector of a layer, (H, Dh), into the slot of each head. */
  private store(entries: Float32Array, layer: number, slot: number): void {
    const { headWidth, heads } = this.cache.shape;
    for (let head = 0; head < heads; head++) {
      const start = ((layer * heads + head) * this.cache.capacity + slot) * headWidth;
      for (let i = 0; i < headWidth; i++) entries[start + i] = this.keyOrValue[head * headWidth + i]!;
    }
  }

  /**
   * Scores of the query for each slot of a head. RoPE turns channels i and i + Dh / 2 as one complex number, q by its
   * position and k by its own, so that their product is turned by the distance: Re(q conj(k) e^(i distance frequency)).
   * Keys thus need no turning again when they move to another slot.
   */
  private scores(row: number, head: number): void {
    const { weights, query } = this;
    const { cos, sin } = this.distances;
    const { keys, capacity, length } = this.cache;
    const width = this.cache.shape.headWidth;
    const pairs = width / 2;
    const scale = 1 / Math.sqrt(width);
    const q = head * width;
    for (let slot = 0; slot < length; slot++) {
      const k = (row * capacity + slot) * width;
      const angle = (length - 1 - slot) * pairs;
      let score = 0;
      for (let i = 0; i < pairs; i++) {
        const [a, b] = [query[q + i]!, query[q + pairs + i]!];
        const [c, d] = [keys[k + i]!, keys[k + pairs + i]!];
        score += (a * c + b * d) * cos[angle + i]! - (b * c - a * d) * sin[angle + i]!;
      }
      weights[row * capacity + slot] = score * scale;
    }
  }

  /** The weighted sum of a head's values. */
  private mix(row: number, head: number): void {
    const { weights, mixed } = this;
    const { values, capacity, length } = this.cache;
    const width = this.cache.shape.headWidth;
    const start = head * width;
    for (let i = 0; i < width; i++) mixed[start + i] = 0;
    for (let slot = 0; slot < length; slot++) {
      const weight = weights[row * capacity + slot]!;
      const v = (row * capacity + slot) * width;
      for (let i = 0; i < width; i++) mixed[start + i]! += weight * values[v + i]!;
    }
  }

  private transform(layer: Layer): void {
    rmsNorm(this.state, layer.mlpNorm, this.config.normEpsilon, this.normed);
    multiply(this.normed, layer.gate, this.gate);
    multiply(this.normed, layer.up, this.up);
    swiglu(this.gate, this.up);
    multiply(this.gate, layer.down, this.written);
    addTo(this.state, this.written);
  }
}

function addTo(sum: Float32Array, values: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += values[i]!;
}

function readLayer({ width: D, hiddenWidth: F }: ModelConfig, parameters: Parameters, layer: number): Layer {
  const tensor = (name: string) => parameters[`layers.${layer}.${name}`]!;
  const matrix = (name: string, inputs: number, outputs: number) => transposed(tensor(name), inputs, outputs);
  return {
    attentionNorm: tensor('attention.norm').slice(),
    query: matrix('attention.query', D, D),
    key: matrix('attention.key', D, D),
    value: matrix('attention.value', D, D),
    output: matrix('attention.output', D, D),
    mlpNorm: tensor('mlp.norm').slice(),
    gate: matrix('mlp.gate', D, F),
    up: matrix('mlp.up', D, F),
    down: matrix('mlp.down', F, D),
  };
}
