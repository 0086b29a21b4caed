/** From a specification to an engine with its initial parameters, and the batches of its corpus. */
import type { Engine } from '../src/engine/engine.ts';
import { createKernelsEngine } from '../src/engine/kernels/engine.ts';
import { createTensorflowEngine } from '../src/engine/tensorflow/engine.ts';
import type { RunSpecification } from '../src/training/specification.ts';
import { createTokenSource, type TokenSource } from '../src/training/streams.ts';
import { initialParameters } from '../src/transformer/initialise.ts';
import { loadCorpus, loadTokenizer } from './corpus/index.ts';
import { PipelineError } from './errors.ts';
import type { Prepare } from './job.ts';
import { compileKernels } from './kernels.ts';

/** @throws {PipelineError} when corpus, tokenizer and model do not fit together, or the device is not to be had. */
export const prepareRun: Prepare = async (specification) => {
  const streams = (await loadTokenSource(specification)).streams(specification);
  return { engine: await createEngine(specification), ...streams };
};

/**
 * Where the tokens of a run come from; analyses of a language draw their sequences from it.
 * @throws {PipelineError} when the corpus is not to be had, or the model has not as many tokens as there are.
 */
export async function loadTokenSource({ model, data }: Pick<RunSpecification, 'model' | 'data'>): Promise<TokenSource> {
  const { sections } = await loadCorpus(data.corpus);
  const source = createTokenSource(sections, loadTokenizer(), data);
  if (source.vocabularySize !== model.vocabularySize) {
    const what =
      data.language?.unit === 'character'
        ? `the characters of ${data.corpus} and <bos> are ${source.vocabularySize}`
        : `the tokenizer has ${source.vocabularySize}`;
    throw new PipelineError(
      `the model has ${model.vocabularySize} tokens, but ${what}; set the experiment's vocabularySize to ${source.vocabularySize}`,
    );
  }
  return source;
}

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
