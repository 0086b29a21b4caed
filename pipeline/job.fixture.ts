/** The worker of tests: the real job on made-up text and an engine that is no transformer, so that a run takes no time. */
import { parentPort, workerData } from 'node:worker_threads';
import { fixtureEngine } from '../src/training/engine.fixture.ts';
import { dataStreams } from '../src/training/streams.ts';
import { packDocuments } from '../src/training/text/packing.ts';
import { initialParameters } from '../src/transformer/initialise.ts';
import { carryOut, type Prepare } from './job.ts';

const documents = Array.from({ length: 40 }, (_, d) => Array.from({ length: 9 }, (_, i) => 2 + ((d * i) % 14)));

/** The name of a run's corpus may be a misfortune: `slow` waits in every step, `stuck` for ever, `diverges` has a loss that is no number. */
const misfortune: string = workerData.job.run.specification.data.corpus;

const prepare: Prepare = async (specification) => {
  const { model, data, seed } = specification;
  const engine = fixtureEngine(model, initialParameters(model, seed));
  const step = engine.step.bind(engine);
  engine.step = async (batch, hyper) => {
    if (misfortune === 'slow') await new Promise((resolve) => setTimeout(resolve, 20));
    if (misfortune === 'stuck') {
      process.stdout.write('waits for ever\n');
      await new Promise((resolve) => setTimeout(resolve, 600_000));
    }
    if (misfortune === 'diverges') engine.nextLoss = Number.NaN;
    return step(batch, hyper);
  };
  const packed = packDocuments(documents, data, { bos: 0, eos: 1 });
  return { engine, ...dataStreams({ training: packed, heldOut: packed }, specification) };
};

await carryOut(workerData, (message) => parentPort!.postMessage(message), prepare);
