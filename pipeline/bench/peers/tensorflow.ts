/** The project's other engine, on TensorFlow.js's backends under Node. */

import type { Peer } from '../../../src/benchmark/peer.ts';
import { batchOf, HYPER } from '../../../src/benchmark/workload.ts';
import { createTensorflowEngine } from '../../../src/engine/tensorflow/engine.ts';

export const tensorflowWasmPeer: Peer = peer('wasm');

/** Plain JavaScript: a step takes the better part of a minute, so few are taken. */
export const tensorflowCpuPeer: Peer = { ...peer('cpu'), comparedSteps: 2, rounds: 1 };

function peer(device: 'wasm' | 'cpu'): Peer {
  return {
    name: `tensorflow, ${device}`,
    async start(work, parameters) {
      const engine = await createTensorflowEngine(work.model, parameters, { device });
      const batch = batchOf(work);
      return {
        step: async () => (await engine.step(batch, HYPER)).loss,
        dispose: () => engine.dispose(),
      };
    },
  };
}
