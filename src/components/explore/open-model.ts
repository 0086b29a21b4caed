/** A published model, opened: its numbers in the kernels and its tokenizer. Runs in the page and, for still pictures, in Node. */
import { createDecoder, type Decoder } from '../../decoding/decoder.ts';
import { type Engine, IGNORED_TARGET, type Inspect, type Inspection } from '../../engine/engine.ts';
import { createKernelsEngine } from '../../engine/kernels/engine.ts';
import { createTokenizer, type Tokenizer } from '../../training/text/tokenizer.ts';
import type { ModelConfig } from '../../transformer/config.ts';
import type { Parameters } from '../../transformer/parameters.ts';
import type { ModelFiles } from '../../weights/export.ts';
import { loadModel } from '../../weights/load.ts';
import { WeightsError } from '../../weights/ours.ts';

export interface PublishedFiles extends ModelFiles {
  /** The text of `tokenizer.json`. */
  tokenizer: string;
}

export interface OpenModel {
  config: ModelConfig;
  parameters: Parameters;
  tokenizer: Tokenizer;
  /** The run that trained it, null for a stranger's. */
  run: string | null;
  /**
   * What the model computes on one sequence of 1 to T tokens.
   * @param documents where attention is to be kept within documents, see `Batch.documents`.
   */
  inspect(inputs: Int32Array, what: Inspect, documents?: Int32Array): Promise<Inspection>;
  /** A decoder with an empty cache, the same at every call. */
  decoder(): Decoder;
}

/**
 * Opens the files of a model.
 * @param module the compiled kernels.
 * @throws {WeightsError} {TokenizerError} naming the file that cannot be used and what is wrong in it.
 */
export async function openModel(files: PublishedFiles, module: WebAssembly.Module): Promise<OpenModel> {
  const { config, parameters, run } = loadModel(files);
  const tokenizer = createTokenizer(parseTokenizer(files.tokenizer));
  if (tokenizer.vocabularySize !== config.vocabularySize) {
    const sizes = `${tokenizer.vocabularySize} tokens, the model has ${config.vocabularySize}`;
    throw new WeightsError('other configuration', `tokenizer.json: it has ${sizes}. Take the files of one model`);
  }
  const engine: Engine = await createKernelsEngine(config, parameters, { module });
  let decoder: Decoder | undefined;
  return {
    config,
    parameters,
    tokenizer,
    run,
    inspect: async (inputs, what, documents) =>
      engine.inspect(
        {
          sequences: 1,
          length: inputs.length,
          inputs,
          targets: new Int32Array(inputs.length).fill(IGNORED_TARGET),
          ...(documents && { documents }),
        },
        what,
      ),
    decoder() {
      decoder ??= createDecoder(config, parameters);
      decoder.reset();
      return decoder;
    },
  };
}

function parseTokenizer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new WeightsError('unreadable', `tokenizer.json: it is not JSON: ${(error as Error).message}`);
  }
}
