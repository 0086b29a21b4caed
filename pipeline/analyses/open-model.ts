/** A finished run as an analysis wants it: weights, held-out text, kernels. */
import type { Run } from '../../src/results/schema.ts';
import { splitDocuments } from '../../src/training/text/documents.ts';
import { packDocuments } from '../../src/training/text/packing.ts';
import type { Parameters } from '../../src/transformer/parameters.ts';
import { loadCorpus, loadTokenizer } from '../corpus/index.ts';
import { compileKernels } from '../kernels.ts';
import type { TrainedModel } from './analysis.ts';

/**
 * @param parameters the weights after the run's last step.
 * @throws {PipelineError} when the corpus is missing or damaged.
 */
export async function openModel(run: Run, parameters: Parameters): Promise<TrainedModel> {
  const tokenizer = loadTokenizer();
  const { sections } = await loadCorpus(run.specification.data.corpus);
  const documents = splitDocuments(sections).heldOut.map(tokenizer.encode);
  return {
    run,
    parameters,
    tokenizer,
    heldOut: (packing) => packDocuments(documents, packing, tokenizer),
    module: await compileKernels(),
  };
}
