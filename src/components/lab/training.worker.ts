/** The worker that trains. The kernels or TensorFlow.js, and the text, are loaded here, when a run is started and not before. */
import type { Batch, Engine } from '../../engine/engine.ts';
import { createKernelsEngine, WorkerError } from '../../engine/kernels/engine.ts';
import kernelsUrl from '../../engine/kernels/kernels.wasm?url';
import { type WorkerPort, webWorkerPort } from '../../engine/kernels/worker-port.ts';
import type { Device as TensorflowDevice } from '../../engine/tensorflow/backend.ts';
import type { TokenSource } from '../../training/streams.ts';
import { DOCUMENTS_AT_A_TIME, readTwoWays } from '../../training/two-readings.ts';
import { initialParameters } from '../../transformer/initialise.ts';
import { type Agreement, agreementInWords, compareEngines, isAccepted } from './agreement.ts';
import { FaultError } from './faults.ts';
import type { LiveSpecification } from './plan.ts';
import type { Fault, ToWorker } from './protocol.ts';
import { WASM_PATHS } from './tensorflow-files.ts';
import { loadDocumentStarts, loadTokenSource } from './text.ts';
import { createTrainer, type TrainerParts } from './trainer.ts';
import { isMeasurable, measureTriggers } from './trigger-measures.ts';

const load: TrainerParts['load'] = async (request, onPhase) => {
  const { specification, device, root, threads: wished, text, twoReadings = false } = request;
  onPhase('corpus');
  const source = await loadTokenSource(root, specification.data, text);
  if (source.vocabularySize !== specification.model.vocabularySize) throw new FaultError(otherTokens(source));
  const streams = source.streams(specification);
  const { data, model, training } = specification;
  const documents = twoReadings ? await loadDocumentStarts(root, data.corpus, model.contextLength) : null;
  onPhase('model');
  const { engine: kernels, threads } = await startKernels(specification, wished);
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
  const [firstBatch] = streams.heldOut as [Batch];
  const shown = firstSequence(firstBatch);
  const { label, triggers } = source;
  const labels = Array.from(shown.inputs, label);
  const loaded = { engine, ...streams, shown, labels, triggers: triggers.map(label), agreement, threads };
  if (documents) {
    const { starts, bos } = documents;
    // No more at a time than the engine was made for.
    const atATime = Math.min(DOCUMENTS_AT_A_TIME, training.sequencesPerStep);
    return { ...loaded, measure: () => readTwoWays(engine, starts, bos, atATime) };
  }
  if (!isMeasurable(firstBatch, triggers)) return loaded;
  return { ...loaded, measure: () => measureTriggers(engine, firstBatch, triggers) };
};

function otherTokens({ vocabularySize }: TokenSource): Fault {
  return {
    kind: 'corpus',
    message: `The text that came is not the one this model was made for: it has ${vocabularySize} different tokens.`,
    remedy: 'Reload the page; if it lasts, this copy of the site is incomplete.',
  };
}

const OTHER_DEVICE = 'Choose the kernels in the settings: they work in nearly every browser.';

/** The kernels, on so many threads; on one, where workers cannot start workers. */
async function startKernels({ model, training, seed }: LiveSpecification, wished: number) {
  const module = await compileKernels();
  const batch = { sequences: training.sequencesPerStep, length: model.contextLength };
  const start = async (threads: number) => {
    const workers = threads > 1 ? Array.from({ length: threads }, startWorker) : [];
    const engine = await createKernelsEngine(model, initialParameters(model, seed), { module, batch, workers });
    return { engine, threads };
  };
  try {
    return await start(typeof Worker === 'undefined' ? 1 : wished);
  } catch (error) {
    if (!(error instanceof WorkerError)) throw error;
    return start(1);
  }
}

async function compileKernels(): Promise<WebAssembly.Module> {
  try {
    const answer = await fetch(kernelsUrl);
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    return await WebAssembly.compile(await answer.arrayBuffer());
  } catch (error) {
    const message = `The kernels could not be loaded: ${error instanceof Error ? error.message : String(error)}.`;
    const remedy = 'They need WebAssembly with SIMD. Start again; if it lasts, try a newer browser.';
    throw new FaultError({ kind: 'device', message, remedy });
  }
}

/** The bundler finds a worker's script only where its address stands within the call. */
function startWorker(): WorkerPort {
  return webWorkerPort(new Worker(new URL('../../engine/kernels/web-worker.ts', import.meta.url), { type: 'module' }));
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
