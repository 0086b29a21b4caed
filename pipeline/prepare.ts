/** From a specification to an engine with its initial parameters, and the batches of its corpus. */
import { createTensorflowEngine } from '../src/engine/tensorflow/engine.ts';
import { dataStreams } from '../src/training/streams.ts';
import { createDataset } from '../src/training/text/dataset.ts';
import { initialParameters } from '../src/transformer/initialise.ts';
import { loadCorpus, loadTokenizer } from './corpus/index.ts';
import { PipelineError } from './errors.ts';
import type { Prepare } from './job.ts';

/** @throws {PipelineError} when corpus, tokenizer and model do not fit together, or the device is not to be had. */
export const prepareRun: Prepare = async (specification) => {
  const { model, data, engine: engineName, seed } = specification;
  const tokenizer = loadTokenizer();
  if (tokenizer.vocabularySize !== model.vocabularySize) {
    throw new PipelineError(
      `the model has ${model.vocabularySize} tokens, the tokenizer ${tokenizer.vocabularySize}; make the experiment's ` +
        'vocabularySize that of the tokenizer',
    );
  }
  const { sections } = await loadCorpus(data.corpus);
  const streams = dataStreams(createDataset(sections, tokenizer, data), specification);
  const device = engineName === 'tensorflow/wasm' ? 'wasm' : 'cpu';
  return { engine: await createTensorflowEngine(model, initialParameters(model, seed), { device }), ...streams };
};
