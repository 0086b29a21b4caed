/** From a specification to an engine with its initial parameters, and the batches of its corpus. */
import type { Engine } from '../src/engine/engine.ts';
import { createKernelsEngine } from '../src/engine/kernels/engine.ts';
import { createTensorflowEngine } from '../src/engine/tensorflow/engine.ts';
import type { RunSpecification } from '../src/training/specification.ts';
import { dataStreams } from '../src/training/streams.ts';
import { createDataset } from '../src/training/text/dataset.ts';
import { initialParameters } from '../src/transformer/initialise.ts';
import { loadCorpus, loadTokenizer } from './corpus/index.ts';
import { PipelineError } from './errors.ts';
import type { Prepare } from './job.ts';
import { compileKernels } from './kernels.ts';

/** @throws {PipelineError} when corpus, tokenizer and model do not fit together, or the device is not to be had. */
export const prepareRun: Prepare = async (specification) => {
  const { model, data } = specification;
  const tokenizer = loadTokenizer();
  if (tokenizer.vocabularySize !== model.vocabularySize) {
    throw new PipelineError(
      `the model has ${model.vocabularySize} tokens, the tokenizer ${tokenizer.vocabularySize}; make the experiment's ` +
        'vocabularySize that of the tokenizer',
    );
  }
  const { sections } = await loadCorpus(data.corpus);
  const streams = dataStreams(createDataset(sections, tokenizer, data), specification);
  return { engine: await createEngine(specification), ...streams };
};

async function createEngine({ engine, model, training, seed }: RunSpecification): Promise<Engine> {
  const parameters = initialParameters(model, seed);
  switch (engine) {
    case 'kernels': {
      const batch = { sequences: training.sequencesPerStep, length: model.contextLength };
      return createKernelsEngine(model, parameters, { module: await compileKernels(), batch });
    }
    case 'tensorflow/wasm':
      return createTensorflowEngine(model, parameters, { device: 'wasm' });
    case 'tensorflow/cpu':
      return createTensorflowEngine(model, parameters, { device: 'cpu' });
  }
}
