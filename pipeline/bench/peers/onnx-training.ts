/**
 * One training step as an ONNX graph: forward, backward by hand, clip and AdamW. ONNX Runtime's web build computes no
 * gradients, so they are written out here; its own operators are used where they are faster than ONNX's.
 *
 * Shapes: N = B T tokens; D channels; H heads of Dh; F hidden channels; V tokens; P parameters in one vector.
 */

import { HYPER } from '../../../src/benchmark/workload.ts';
import { headWidth, type ModelConfig } from '../../../src/transformer/config.ts';
import { parameterCount, parameterShapes, sizeOf } from '../../../src/transformer/parameters.ts';
import { ropeTables } from '../../../src/transformer/rope.ts';
import { OnnxGraph } from './onnx-file.ts';

/** The values of a forward pass that its backward pass needs are in its closure. */
interface Layer {
  output: string;
  /** From the gradient of the output to that of the input. */
  backward(gradient: string): string;
}

/**
 * Inputs: `parameters`, `first` and `second` moments (P), `inputs` and `targets` (N), `correction1` and `correction2`.
 * Outputs: the next three vectors under the same names with `next_` before them, and `loss`.
 */
export function onnxTrainingStep(model: ModelConfig, sequences: number): Uint8Array {
  const builder = new TrainingGraph(model, sequences);
  builder.build();
  return builder.graph.encode();
}

class TrainingGraph {
  readonly graph = new OnnxGraph();
  private readonly weights = new Map<string, string>();
  private readonly gradients = new Map<string, string>();

  constructor(
    private readonly model: ModelConfig,
    private readonly B: number,
  ) {}

  build(): void {
    const { graph, model, B } = this;
    const { contextLength: T, vocabularySize: V, width: D } = model;
    const [N, P] = [B * T, parameterCount(model)];
    const parameters = graph.input('parameters', 'float', [P]);
    const ids = graph.input('inputs', 'int64', [N]);
    const targets = graph.input('targets', 'int64', [N]);
    this.cut(parameters);

    const layers: Layer[] = [];
    const through = (layer: Layer) => {
      layers.push(layer);
      return layer.output;
    };
    let state = graph.op('Gather', [this.weights.get('embedding')!, ids]); // (N, D)
    for (let layer = 0; layer < model.layers; layer++) {
      const own = (name: string) => `layers.${layer}.${name}`;
      state = through(this.residual(state, own('attention.norm'), (x) => this.attention(x, own)));
      state = through(this.residual(state, own('mlp.norm'), (x) => this.swiglu(x, own)));
    }
    const norm = this.norm(state, 'norm');
    const head = this.linear(norm.output, 'head');
    const { loss, gradient } = this.crossEntropy(head.output, targets, N, V);

    let back = norm.backward(head.backward(gradient));
    for (const layer of layers.reverse()) back = layer.backward(back);
    const rows = graph.op('Reshape', [ids, graph.list(N, 1)]);
    const zeros = graph.constant(new Float32Array(V * D), [V, D]);
    this.gradients.set('embedding', graph.op('ScatterND', [zeros, rows, back], { reduction: 'add' }));

    this.adamw(parameters, P);
    graph.output('loss', loss, []);
  }

  /** Cuts the vector of all parameters into tensors. */
  private cut(parameters: string): void {
    const shapes = parameterShapes(this.model);
    const sizes = this.graph.list(...shapes.map(({ shape }) => sizeOf(shape)));
    const pieces = this.graph.ops('Split', [parameters, sizes], shapes.length);
    for (const [index, { name, shape }] of shapes.entries()) {
      this.weights.set(name, this.graph.op('Reshape', [pieces[index]!, this.graph.list(...shape)]));
    }
  }

  /** state + part(norm(state)) */
  private residual(state: string, gain: string, part: (x: string) => Layer): Layer {
    const { graph } = this;
    const norm = this.norm(state, gain);
    const inner = part(norm.output);
    return {
      output: graph.op('Add', [state, inner.output]),
      backward: (gradient) => graph.op('Add', [gradient, norm.backward(inner.backward(gradient))]),
    };
  }

  /** x · W */
  private linear(x: string, name: string): Layer {
    const { graph } = this;
    const weight = this.weights.get(name)!;
    return {
      output: graph.op('MatMul', [x, weight]),
      backward: (gradient) => {
        this.gradients.set(name, graph.op('Gemm', [x, gradient], { transA: 1 }));
        return graph.op('Gemm', [gradient, weight], { transB: 1 });
      },
    };
  }

  /** y = n gain with n = x r, r = 1 / sqrt(mean x^2 + epsilon); dx = r (dn - n mean(dn n)). */
  private norm(x: string, name: string): Layer {
    const { graph } = this;
    const gain = this.weights.get(name)!;
    const meanSquare = graph.op('ReduceMean', [graph.op('Mul', [x, x]), graph.list(-1)]);
    const root = graph.op('Sqrt', [graph.op('Add', [meanSquare, graph.scalar(this.model.normEpsilon)])]);
    const normed = graph.op('Div', [x, root]);
    return {
      output: graph.op('Mul', [normed, gain]),
      backward: (gradient) => {
        const perGain = graph.op('Mul', [gradient, normed]);
        this.gradients.set(name, graph.op('ReduceSum', [perGain, graph.list(0)], { keepdims: 0 }));
        const mean = graph.op('ReduceMean', [graph.op('Mul', [perGain, gain]), graph.list(-1)]);
        const direct = graph.op('Mul', [gradient, gain]);
        return graph.op('Div', [graph.op('Sub', [direct, graph.op('Mul', [normed, mean])]), root]);
      },
    };
  }

  private swiglu(x: string, own: (name: string) => string): Layer {
    const { graph } = this;
    const gate = this.linear(x, own('mlp.gate'));
    const up = this.linear(x, own('mlp.up'));
    const sigmoid = graph.op('Sigmoid', [gate.output]);
    const silu = graph.op('Mul', [gate.output, sigmoid]);
    const down = this.linear(graph.op('Mul', [silu, up.output]), own('mlp.down'));
    return {
      output: down.output,
      backward: (gradient) => {
        const hidden = down.backward(gradient);
        // silu' = s + silu (1 - s), s the sigmoid
        const slope = graph.op('Add', [sigmoid, graph.op('Sub', [silu, graph.op('Mul', [silu, sigmoid])])]);
        const throughGate = gate.backward(graph.op('Mul', [graph.op('Mul', [hidden, up.output]), slope]));
        return graph.op('Add', [throughGate, up.backward(graph.op('Mul', [hidden, silu]))]);
      },
    };
  }

  private attention(x: string, own: (name: string) => string): Layer {
    const { graph, B, model } = this;
    const { contextLength: T, heads: H, width: D } = model;
    const Dh = headWidth(model);
    const alpha = { float: 1 / Math.sqrt(Dh) };
    const product = (a: string, b: string, attributes = {}) =>
      graph.op('com.microsoft:FusedMatMul', [a, b], attributes);
    const exchange = (y: string) => graph.op('Transpose', [y], { perm: [0, 2, 1, 3] });
    const toHeads = (y: string) => exchange(graph.op('Reshape', [y, graph.list(B, T, H, Dh)])); // (B, H, T, Dh)
    const fromHeads = (y: string) => graph.op('Reshape', [exchange(y), graph.list(B * T, D)]); // (N, D)

    const [query, key, value] = ['query', 'key', 'value'].map((name) => this.linear(x, own(`attention.${name}`)));
    const q = this.rotate(toHeads(query!.output), 1);
    const k = this.rotate(toHeads(key!.output), 1);
    const v = toHeads(value!.output);
    const scores = product(q, k, { transB: 1, alpha });
    const weights = graph.op('Softmax', [graph.op('Add', [scores, this.mask()])], { axis: -1 });
    const output = this.linear(fromHeads(product(weights, v)), own('attention.output'));
    return {
      output: output.output,
      backward: (gradient) => {
        const mixed = toHeads(output.backward(gradient));
        const ofWeights = product(mixed, v, { transB: 1 });
        const weighted = graph.op('Mul', [ofWeights, weights]);
        const sum = graph.op('ReduceSum', [weighted, graph.list(-1)]);
        const ofScores = graph.op('Sub', [weighted, graph.op('Mul', [weights, sum])]);
        const ofQuery = fromHeads(this.rotate(product(ofScores, k, { alpha }), -1));
        const ofKey = fromHeads(this.rotate(product(ofScores, q, { transA: 1, alpha }), -1));
        const ofValue = fromHeads(product(weights, mixed, { transA: 1 }));
        const sumOfTwo = graph.op('Add', [query!.backward(ofQuery), key!.backward(ofKey)]);
        return graph.op('Add', [sumOfTwo, value!.backward(ofValue)]);
      },
    };
  }

  /** Rotary positions of x (B, H, T, Dh); the other way round for -1, as the gradient asks. */
  private rotate(x: string, direction: 1 | -1): string {
    const { graph, model, B } = this;
    const T = model.contextLength;
    const { cos, sin } = ropeTables(model);
    const half = headWidth(model) / 2;
    const positions = graph.constant(
      BigInt64Array.from({ length: B * T }, (_, n) => BigInt(n % T)),
      [B, T],
    );
    const turned = sin.map((value) => direction * value);
    return graph.op('com.microsoft:RotaryEmbedding', [
      x,
      positions,
      graph.constant(cos, [T, half]),
      graph.constant(turned, [T, half]),
    ]);
  }

  /** (T, T): 0 where query t may see key j, else so little that its weight is zero. */
  private mask(): string {
    const T = this.model.contextLength;
    const values = Float32Array.from({ length: T * T }, (_, i) => (i % T <= Math.floor(i / T) ? 0 : -1e9));
    return this.graph.constant(values, [T, T]);
  }

  private crossEntropy(logits: string, targets: string, N: number, V: number): { loss: string; gradient: string } {
    const { graph } = this;
    const probabilities = graph.op('Softmax', [logits], { axis: -1 });
    const places = graph.op('Reshape', [targets, graph.list(N, 1)]);
    const logOfTargets = graph.op('Log', [graph.op('GatherElements', [probabilities, places], { axis: 1 })]);
    const share = Float32Array.of(0, 1 / N);
    const wanted = graph.op('OneHot', [targets, graph.list(V), graph.constant(share, [2])]);
    return {
      loss: graph.op('Neg', [graph.op('ReduceMean', [logOfTargets], { keepdims: 0 })]),
      gradient: graph.op('Sub', [graph.op('Mul', [probabilities, graph.scalar(1 / N)]), wanted]),
    };
  }

  /** Over one vector of all parameters; norms do not decay. */
  private adamw(parameters: string, P: number): void {
    const { graph } = this;
    const shapes = parameterShapes(this.model);
    const { learningRate, weightDecay, clipNorm, beta1, beta2, epsilon } = HYPER;
    const [first, second] = [graph.input('first', 'float', [P]), graph.input('second', 'float', [P])];
    const [correction1, correction2] = ['correction1', 'correction2'].map((name) => graph.input(name, 'float', []));
    const times = (x: string, factor: number) => graph.op('Mul', [x, graph.scalar(factor)]);

    const flat = shapes.map(({ name }) => graph.op('Reshape', [this.gradients.get(name)!, graph.list(-1)]));
    const all = graph.op('Concat', flat, { axis: 0 });
    const norm = graph.op('ReduceL2', [all], { keepdims: 0 });
    const scale = graph.op('Min', [graph.op('Div', [graph.scalar(clipNorm), norm]), graph.scalar(1)]);
    const gradient = graph.op('Mul', [all, scale]);
    const m = graph.op('Add', [times(first, beta1), times(gradient, 1 - beta1)]);
    const v = graph.op('Add', [times(second, beta2), times(graph.op('Mul', [gradient, gradient]), 1 - beta2)]);
    const root = graph.op('Sqrt', [graph.op('Div', [v, correction2!])]);
    const direction = graph.op('Div', [
      graph.op('Div', [m, correction1!]),
      graph.op('Add', [root, graph.scalar(epsilon)]),
    ]);
    const kept = Float32Array.from(
      shapes.flatMap(({ shape, role }) =>
        new Array<number>(sizeOf(shape)).fill(role === 'norm' ? 1 : 1 - learningRate * weightDecay),
      ),
    );
    const decayed = graph.op('Mul', [parameters, graph.constant(kept, [P])]);
    graph.output('next_parameters', graph.op('Sub', [decayed, times(direction, learningRate)]), [P]);
    graph.output('next_first', m, [P]);
    graph.output('next_second', v, [P]);
  }
}
