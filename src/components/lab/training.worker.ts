/** The worker that trains. TensorFlow.js, its wasm and the text are loaded here, when a run is started and not before. */
import wasmUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threadedUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import type { Batch, Engine } from '../../engine/engine.ts';
import { createTensorflowEngine, DeviceError } from '../../engine/tensorflow/engine.ts';
import { dataStreams } from '../../training/streams.ts';
import type { ModelConfig } from '../../transformer/config.ts';
import { initialParameters } from '../../transformer/initialise.ts';
import { FaultError } from './faults.ts';
import type { ToWorker } from './protocol.ts';
import type { Device } from './state.ts';
import { loadText } from './text.ts';
import { createTrainer, type TrainerParts } from './trainer.ts';

const WASM_PATHS = {
  'tfjs-backend-wasm.wasm': wasmUrl,
  'tfjs-backend-wasm-simd.wasm': simdUrl,
  'tfjs-backend-wasm-threaded-simd.wasm': threadedUrl,
};

const load: TrainerParts['load'] = async ({ specification, device, root }, onPhase) => {
  const { model, data, seed } = specification;
  onPhase('corpus');
  const { dataset, tokenizer } = await loadText(root, data);
  onPhase('model');
  const streams = dataStreams(dataset, specification);
  const engine = await engineOn(device, model, seed);
  const shown = firstSequence(streams.heldOut[0]!);
  return { engine, ...streams, shown, labels: Array.from(shown.inputs, tokenizer.label) };
};

async function engineOn(device: Device, model: ModelConfig, seed: number): Promise<Engine> {
  try {
    return await createTensorflowEngine(model, initialParameters(model, seed), { device, wasmPaths: WASM_PATHS });
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    const remedy =
      device === 'wasm'
        ? 'Start again; if it lasts, choose another device in the settings.'
        : 'Choose WebAssembly in the settings: it works in nearly every browser.';
    throw new FaultError({ kind: 'device', message: `${sentence(error.message)}.`, remedy });
  }
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function firstSequence({ length, inputs, targets, documents }: Batch): Batch {
  const batch = { sequences: 1, length, inputs: inputs.slice(0, length), targets: targets.slice(0, length) };
  return documents ? { ...batch, documents: documents.slice(0, length) } : batch;
}

const tell = createTrainer({
  load,
  post: (message, transfer = []) => self.postMessage(message, { transfer }),
  now: () => performance.now(),
});

self.onmessage = ({ data }: MessageEvent<ToWorker>) => tell(data);
