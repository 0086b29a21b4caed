/** The worker that trains. The kernels or TensorFlow.js, and the text, are loaded here, when a run is started and not before. */
import type { Batch, Engine } from '../../engine/engine.ts';
import { createKernelsEngine } from '../../engine/kernels/engine.ts';
import kernelsUrl from '../../engine/kernels/kernels.wasm?url';
import type { Device as TensorflowDevice } from '../../engine/tensorflow/backend.ts';
import { dataStreams } from '../../training/streams.ts';
import { initialParameters } from '../../transformer/initialise.ts';
import { type Agreement, agreementInWords, compareEngines, isAccepted } from './agreement.ts';
import { FaultError } from './faults.ts';
import type { LiveSpecification } from './plan.ts';
import type { ToWorker } from './protocol.ts';
import { WASM_PATHS } from './tensorflow-files.ts';
import { loadText } from './text.ts';
import { createTrainer, type TrainerParts } from './trainer.ts';

const load: TrainerParts['load'] = async ({ specification, device, root }, onPhase) => {
  onPhase('corpus');
  const { dataset, tokenizer } = await loadText(root, specification.data);
  const streams = dataStreams(dataset, specification);
  onPhase('model');
  const kernels = await startKernels(specification);
  let engine = kernels;
  let agreement: Agreement | null = null;
  if (device !== 'kernels') {
    onPhase('library');
    engine = await startTensorflow(device, specification);
    agreement = await compareEngines(engine, kernels, streams.batches(0));
    kernels.dispose();
    if (!isAccepted(agreement)) {
      engine.dispose();
      throw new FaultError({ kind: 'device', message: agreementInWords(agreement), remedy: OTHER_DEVICE });
    }
  }
  const shown = firstSequence(streams.heldOut[0]!);
  return { engine, ...streams, shown, labels: Array.from(shown.inputs, tokenizer.label), agreement };
};

const OTHER_DEVICE = 'Choose the kernels in the settings: they work in nearly every browser.';

async function startKernels({ model, training, seed }: LiveSpecification): Promise<Engine> {
  let module: WebAssembly.Module;
  try {
    const answer = await fetch(kernelsUrl);
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    module = await WebAssembly.compile(await answer.arrayBuffer());
  } catch (error) {
    const message = `The kernels could not be loaded: ${error instanceof Error ? error.message : String(error)}.`;
    const remedy = 'They need WebAssembly with SIMD. Start again; if it lasts, try a newer browser.';
    throw new FaultError({ kind: 'device', message, remedy });
  }
  const batch = { sequences: training.sequencesPerStep, length: model.contextLength };
  return createKernelsEngine(model, initialParameters(model, seed), { module, batch });
}

async function startTensorflow(device: TensorflowDevice, { model, seed }: LiveSpecification): Promise<Engine> {
  const { createTensorflowEngine, DeviceError } = await import('../../engine/tensorflow/engine.ts');
  try {
    return await createTensorflowEngine(model, initialParameters(model, seed), { device, wasmPaths: WASM_PATHS });
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    throw new FaultError({ kind: 'device', message: `${sentence(error.message)}.`, remedy: OTHER_DEVICE });
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
