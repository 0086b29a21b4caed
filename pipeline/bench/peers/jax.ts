/**
 * jax-js on its wasm backend, jitted. The embedding and AdamW are functions of their own: in one function with the rest,
 * jax-js computes the gradient that reaches the embedding anew for each of its rows, and a step takes twice as long.
 *
 * Every function owns its arguments: `.ref` where one is used again.
 */
import type { numpy as np } from '@jax-js/jax';
import type { Peer } from '../../../src/benchmark/peer.ts';
import { batchOf, HYPER } from '../../../src/benchmark/workload.ts';
import { adamwFactors } from '../../../src/engine/adamw.ts';
import { headWidth, type ModelConfig } from '../../../src/transformer/config.ts';
import { parameterShapes, sizeOf } from '../../../src/transformer/parameters.ts';
import { ropeTables } from '../../../src/transformer/rope.ts';

type Jax = typeof import('@jax-js/jax');
type Tensors = Record<string, np.Array>;
type AdamwState = { weights: Tensors; first: Tensors; second: Tensors };

export const jaxPeer: Peer = {
  name: 'jax-js, wasm',
  async start({ model, sequences }, parameters) {
    const jax = await import('@jax-js/jax');
    const { numpy: n, nn, tree } = jax;
    await jax.init('wasm');
    jax.defaultDevice('wasm');

    const batch = batchOf({ name: '', model, sequences });
    const ids = n.array(Int32Array.from(batch.inputs));
    const targets = n.array(Int32Array.from(batch.targets));
    let state: AdamwState = {
      weights: tensorsOf(jax, model, (name) => Float32Array.from(parameters[name]!)),
      first: tensorsOf(jax, model, (_, size) => new Float32Array(size)),
      second: tensorsOf(jax, model, (_, size) => new Float32Array(size)),
    };

    const lookUp = jax.jit((table: np.Array, rows: np.Array) => n.take(table, rows, 0));
    const lossAndGradients = jax.jit(
      jax.valueAndGrad(
        (weights: Tensors, embedded: np.Array, outputs: np.Array) =>
          lossOf(jax, model, sequences, weights, embedded, outputs),
        { argnums: [0, 1] },
      ),
    );
    const gradientOfTable = jax.jit((rows: np.Array, gradient: np.Array) =>
      n.matmul(n.matrixTranspose(nn.oneHot(rows, model.vocabularySize)), gradient),
    );
    const update = jax.jit(adamw(jax, model));

    let done = 0;
    return {
      async step() {
        const { embedding, ...weights } = state.weights;
        const embedded = lookUp(embedding!.ref, ids.ref);
        const [loss, [gradients, ofEmbedded]] = lossAndGradients(tree.ref(weights), embedded, targets.ref);
        const all = { ...gradients, embedding: gradientOfTable(ids.ref, ofEmbedded) };
        const { correction1, correction2 } = adamwFactors(HYPER, ++done, 0); // the clip's factor comes from the update
        state = update(state, all, correction1, correction2);
        await jax.blockUntilReady(state);
        return (await loss.data())[0]!;
      },
      dispose() {
        tree.dispose([state, ids, targets]);
        for (const compiled of [lookUp, lossAndGradients, gradientOfTable, update]) compiled.dispose();
      },
    };
  },
};

function tensorsOf(
  { numpy: n }: Jax,
  model: ModelConfig,
  values: (name: string, size: number) => Float32Array<ArrayBuffer>,
): Tensors {
  const tensor = (name: string, shape: readonly number[]) => n.array(values(name, sizeOf(shape))).reshape([...shape]);
  return Object.fromEntries(parameterShapes(model).map(({ name, shape }) => [name, tensor(name, shape)]));
}

/** Mean cross-entropy, from the embedded tokens (N, D) on. */
function lossOf(
  jax: Jax,
  model: ModelConfig,
  B: number,
  weights: Tensors,
  embedded: np.Array,
  targets: np.Array,
): np.Array {
  const { numpy: n, nn } = jax;
  const { contextLength: T, heads: H, width: D, vocabularySize: V, normEpsilon } = model;
  const Dh = headWidth(model);
  const tables = ropeTables(model);
  const table = (values: Float32Array) => n.array(Float32Array.from(values)).reshape([1, T, 1, Dh / 2]);
  const [cos, sin] = [table(tables.cos), table(tables.sin)];
  const mask = n
    .tril(n.ones([T, T]))
    .sub(1)
    .mul(1e9); // 0 where a query may see a key, else -1e9

  const normalise = (x: np.Array, gain: np.Array) => {
    const meanSquare = n.mean(n.square(x.ref), -1, { keepdims: true });
    return x.mul(n.reciprocal(n.sqrt(meanSquare.add(normEpsilon)))).mul(gain);
  };
  const rotate = (x: np.Array) => {
    const [left, right] = n.split(x, 2, -1) as [np.Array, np.Array];
    const turnedLeft = left.ref.mul(cos.ref).sub(right.ref.mul(sin.ref));
    return n.concatenate([turnedLeft, right.mul(cos.ref).add(left.mul(sin.ref))], -1);
  };
  const attend = (x: np.Array, own: (name: string) => np.Array) => {
    const heads = (name: string) => n.matmul(x.ref, own(`attention.${name}`)).reshape([B, T, H, Dh]);
    const exchange = (y: np.Array) => n.transpose(y, [0, 2, 1, 3]); // heads and positions
    const query = exchange(rotate(heads('query')));
    const key = exchange(rotate(heads('key')));
    const value = exchange(heads('value'));
    x.dispose();
    const scores = n.matmul(query, n.matrixTranspose(key)).mul(1 / Math.sqrt(Dh));
    const mixed = n.matmul(nn.softmax(scores.add(mask.ref), -1), value);
    return n.matmul(exchange(mixed).reshape([B * T, D]), own('attention.output'));
  };
  const swiglu = (x: np.Array, own: (name: string) => np.Array) => {
    const gate = nn.silu(n.matmul(x.ref, own('mlp.gate')));
    return n.matmul(gate.mul(n.matmul(x, own('mlp.up'))), own('mlp.down'));
  };

  let state = embedded;
  for (let layer = 0; layer < model.layers; layer++) {
    const own = (name: string) => weights[`layers.${layer}.${name}`]!;
    state = state.ref.add(attend(normalise(state, own('attention.norm')), own));
    state = state.ref.add(swiglu(normalise(state, own('mlp.norm')), own));
  }
  const logits = n.matmul(normalise(state, weights['norm']!), weights['head']!);
  for (const used of [cos, sin, mask]) used.dispose();
  return n.sum(nn.logSoftmax(logits, -1).mul(nn.oneHot(targets, V))).mul(-1 / (B * T));
}

/** AdamW after the clip, as `src/engine/kernels` and `src/engine/tensorflow` do it. */
function adamw({ numpy: n }: Jax, model: ModelConfig) {
  const isDecayed = new Map(parameterShapes(model).map(({ name, role }) => [name, role !== 'norm']));
  return (
    { weights, first, second }: AdamwState,
    gradients: Tensors,
    correction1: np.Array,
    correction2: np.Array,
  ): AdamwState => {
    const squares = Object.values(gradients).map((gradient) => n.sum(n.square(gradient.ref)));
    const norm = n.sqrt(squares.reduce((a, b) => a.add(b)));
    const scale = n.minimum(n.reciprocal(norm).mul(HYPER.clipNorm), 1);
    const next: AdamwState = { weights: {}, first: {}, second: {} };
    for (const [name, weight] of Object.entries(weights)) {
      const gradient = gradients[name]!.mul(scale.ref);
      const m = first[name]!.mul(HYPER.beta1).add(gradient.ref.mul(1 - HYPER.beta1));
      const v = second[name]!.mul(HYPER.beta2).add(n.square(gradient).mul(1 - HYPER.beta2));
      const root = n.sqrt(v.ref.div(correction2.ref)).add(HYPER.epsilon);
      const change = m.ref.div(correction1.ref).div(root).mul(HYPER.learningRate);
      const decay = isDecayed.get(name) ? HYPER.learningRate * HYPER.weightDecay : 0;
      next.weights[name] = weight.mul(1 - decay).sub(change);
      next.first[name] = m;
      next.second[name] = v;
    }
    for (const used of [scale, correction1, correction2]) used.dispose();
    return next;
  };
}
