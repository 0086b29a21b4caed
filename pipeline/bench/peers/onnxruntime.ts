/** ONNX Runtime's web build on one thread of WebAssembly with SIMD, under Node; the training step is a graph of our own. */

import type { Peer } from '../../../src/benchmark/peer.ts';
import { batchOf, HYPER } from '../../../src/benchmark/workload.ts';
import { adamwFactors } from '../../../src/engine/adamw.ts';
import { parameterCount, parameterShapes } from '../../../src/transformer/parameters.ts';
import { onnxTrainingStep } from './onnx-training.ts';

export const onnxruntimePeer: Peer = {
  name: 'onnxruntime-web, wasm',
  async start(work, parameters) {
    const { InferenceSession, Tensor, env } = await import('onnxruntime-web');
    env.wasm.numThreads = 1;
    env.logLevel = 'error';
    const session = await InferenceSession.create(onnxTrainingStep(work.model, work.sequences), {
      executionProviders: ['wasm'],
      graphOptimizationLevel: 'all',
    });

    const P = parameterCount(work.model);
    const vector = (values: Float32Array) => new Tensor('float32', values, [P]);
    const flat = new Float32Array(P);
    let offset = 0;
    for (const { name } of parameterShapes(work.model)) {
      flat.set(parameters[name]!, offset);
      offset += parameters[name]!.length;
    }
    const batch = batchOf(work);
    const tokens = (ids: Int32Array) => new Tensor('int64', BigInt64Array.from(ids, BigInt), [ids.length]);
    const [inputs, targets] = [tokens(batch.inputs), tokens(batch.targets)];
    const number = (value: number) => new Tensor('float32', [value], []);

    let state = { parameters: vector(flat), first: vector(new Float32Array(P)), second: vector(new Float32Array(P)) };
    let done = 0;
    return {
      async step() {
        const factors = adamwFactors(HYPER, ++done, 0); // the clip's factor comes from the graph
        const corrections = { correction1: number(factors.correction1), correction2: number(factors.correction2) };
        const next = await session.run({ ...state, inputs, targets, ...corrections });
        const vectorOf = (name: string) => next[`next_${name}`] as typeof state.first;
        state = { parameters: vectorOf('parameters'), first: vectorOf('first'), second: vectorOf('second') };
        return Number(next['loss']!.data[0]);
      },
      dispose: () => void session.release(),
    };
  },
};
