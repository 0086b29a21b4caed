/** The bits of the engine on a small odd model, as hashes; runs in Node and in browsers, which must give the same. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ModelConfig } from '../../transformer/config.ts';
import { initialParameters } from '../../transformer/initialise.ts';
import { randomGenerator } from '../../transformer/random.ts';
import type { Batch, StepHyper } from '../engine.ts';
import { createKernelsEngine } from './engine.ts';
import type { WorkerPort } from './worker-port.ts';

const config: ModelConfig = {
  vocabularySize: 37,
  contextLength: 27,
  layers: 3,
  heads: 3,
  width: 30,
  hiddenWidth: 41,
  ropeBase: 10_000,
  normEpsilon: 1e-5,
};
const hyper: StepHyper = { learningRate: 6e-3, weightDecay: 0.1, clipNorm: 1, beta1: 0.9, beta2: 0.95, epsilon: 1e-8 };

function batchOf(purpose: string): Batch {
  const { below } = randomGenerator(purpose);
  const [sequences, length] = [13, 27];
  const draw = (choices: number, lowest = 0) =>
    Int32Array.from({ length: sequences * length }, () => lowest + below(choices));
  return { sequences, length, inputs: draw(37), targets: draw(38, -1), documents: draw(3) };
}

/** Little-endian machines only, which all that run WebAssembly engines of today are. */
function hash(values: ArrayBufferView): string {
  return bytesToHex(sha256(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)));
}

/**
 * @param module the compiled `kernels.wasm`
 * @param startWorkers called for each engine, which owns what it returns
 */
export async function bitsOf(
  module: WebAssembly.Module,
  startWorkers: () => WorkerPort[] = () => [],
): Promise<Record<string, string>> {
  const engine = await createKernelsEngine(config, initialParameters(config, 0), { module, workers: startWorkers() });
  const losses: number[] = [];
  for (let step = 0; step < 10; step++) {
    const { loss, gradientNorm } = await engine.step(batchOf(`bits/${step}`), hyper);
    losses.push(loss, gradientNorm);
  }
  const batch = batchOf('bits/inspection');
  const { attention, states, valueNorms, logits } = await engine.inspect(batch, {
    attention: true,
    states: true,
    valueNorms: true,
    logits: true,
  });
  const gradients = await engine.gradients(batch);
  const checkpoint = await engine.checkpoint();
  engine.dispose();
  return {
    losses: hash(Float64Array.from(losses)),
    checkpoint: hash(checkpoint),
    attention: hash(attention!),
    states: hash(states!),
    valueNorms: hash(valueNorms!),
    logits: hash(logits!),
    ...Object.fromEntries(Object.entries(gradients).map(([name, values]) => [`gradient of ${name}`, hash(values)])),
  };
}
