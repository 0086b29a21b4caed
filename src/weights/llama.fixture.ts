/**
 * `LlamaForCausalLM` in float64, written from the conventions of Hugging Face's library alone: it knows `config.json` and
 * their tensors, nothing of ours. Tests hold exported models to it.
 */
import type { Safetensors } from './safetensors.ts';

/** The fields of `LlamaConfig` that decide the logits. */
export interface LlamaConfig {
  vocab_size: number;
  hidden_size: number;
  num_hidden_layers: number;
  num_attention_heads: number;
  num_key_value_heads: number;
  rms_norm_eps: number;
  rope_theta: number;
  tie_word_embeddings: boolean;
}

type Vector = number[];

/** Which channels RoPE turns together: i and i + Dh / 2 as their library does, or neighbours as the original LLaMA. */
export type Pairing = 'halves' | 'neighbours';

/** (T, V) logits of one sequence of token ids. */
export function llamaLogits(
  config: LlamaConfig,
  tensors: Safetensors['tensors'],
  ids: ArrayLike<number>,
  pairing: Pairing = 'halves',
): Vector[] {
  const { hidden_size: D, num_attention_heads: H, num_key_value_heads: K, rms_norm_eps: epsilon } = config;
  const headDim = D / H;
  const vector = (name: string): Vector => [...tensors.get(name)!.values];
  /** torch's `nn.Linear` without a bias: x W^T, with W of shape (out, in). */
  const linear = (name: string, x: Vector): Vector => {
    const { shape, values } = tensors.get(name)!;
    const [out, width] = shape as [number, number];
    return Array.from({ length: out }, (_, o) => x.reduce((sum, xi, i) => sum + xi * values[o * width + i]!, 0));
  };
  const rmsNorm = (name: string, x: Vector): Vector => {
    const variance = x.reduce((sum, xi) => sum + xi ** 2, 0) / x.length;
    const weight = vector(name);
    return x.map((xi, i) => weight[i]! * (xi / Math.sqrt(variance + epsilon)));
  };

  const inverseFrequencies = Array.from(
    { length: headDim / 2 },
    (_, i) => 1 / config.rope_theta ** ((2 * i) / headDim),
  );
  /** x cos + rotate_half(x) sin, where the angles are those of all pairs, twice one after the other. */
  const rotate = (x: Vector, position: number): Vector => {
    const frequencies = inverseFrequencies.map((frequency) => position * frequency);
    if (pairing === 'neighbours') {
      return x.map((xi, i) => {
        const angle = frequencies[Math.floor(i / 2)]!;
        return xi * Math.cos(angle) + (i % 2 === 0 ? -x[i + 1]! : x[i - 1]!) * Math.sin(angle);
      });
    }
    const angles = [...frequencies, ...frequencies];
    const half = [...x.slice(headDim / 2).map((xi) => -xi), ...x.slice(0, headDim / 2)];
    return x.map((xi, i) => xi * Math.cos(angles[i]!) + half[i]! * Math.sin(angles[i]!));
  };
  const headsOf = (x: Vector, count: number): Vector[] =>
    Array.from({ length: count }, (_, h) => x.slice(h * headDim, (h + 1) * headDim));
  const dot = (a: Vector, b: Vector): number => a.reduce((sum, ai, i) => sum + ai * b[i]!, 0);
  const add = (a: Vector, b: Vector): Vector => a.map((ai, i) => ai + b[i]!);
  const silu = (x: number): number => x / (1 + Math.exp(-x));

  const embedding = vector('model.embed_tokens.weight');
  let states = Array.from(ids, (id) => embedding.slice(id * D, (id + 1) * D));
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const own = (name: string) => `model.layers.${layer}.${name}.weight`;
    const inputs = states.map((x) => rmsNorm(own('input_layernorm'), x));
    const queries = inputs.map((x, t) => headsOf(linear(own('self_attn.q_proj'), x), H).map((q) => rotate(q, t)));
    const keys = inputs.map((x, t) => headsOf(linear(own('self_attn.k_proj'), x), K).map((k) => rotate(k, t)));
    const values = inputs.map((x) => headsOf(linear(own('self_attn.v_proj'), x), K));
    const attended = queries.map((heads, t) =>
      heads.flatMap((query, h) => {
        const group = Math.floor(h / (H / K));
        const scores = keys.slice(0, t + 1).map((key) => dot(query, key[group]!) / Math.sqrt(headDim));
        const largest = Math.max(...scores);
        const weights = scores.map((score) => Math.exp(score - largest));
        const sum = weights.reduce((a, b) => a + b, 0);
        return query.map((_, i) => weights.reduce((y, weight, j) => y + (weight / sum) * values[j]![group]![i]!, 0));
      }),
    );
    states = states.map((x, t) => add(x, linear(own('self_attn.o_proj'), attended[t]!)));
    states = states.map((x) => {
      const normed = rmsNorm(own('post_attention_layernorm'), x);
      const gate = linear(own('mlp.gate_proj'), normed).map(silu);
      const up = linear(own('mlp.up_proj'), normed);
      return add(
        x,
        linear(
          own('mlp.down_proj'),
          gate.map((g, i) => g * up[i]!),
        ),
      );
    });
  }
  const head = config.tie_word_embeddings ? 'model.embed_tokens.weight' : 'lm_head.weight';
  return states.map((x) => linear(head, rmsNorm('model.norm.weight', x)));
}
