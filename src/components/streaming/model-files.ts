/** A published model and its tokenizer, fetched from the site's own origin and kept. */
import { createTokenizer, type Tokenizer, TokenizerError } from '../../training/text/tokenizer.ts';
import { type LoadedModel, loadModel } from '../../weights/load.ts';
import { WeightsError } from '../../weights/ours.ts';
import { FaultError } from '../lab/faults.ts';

export interface ReadingModel extends LoadedModel {
  tokenizer: Tokenizer;
}

let kept: { folder: string; model: Promise<ReadingModel> } | null = null;

/** @throws {FaultError} when a file cannot be fetched or used. */
export function fetchModel(root: string, name: string): Promise<ReadingModel> {
  const folder = `${root}models/${name}/`;
  if (kept?.folder !== folder) {
    const model = fetchFiles(folder);
    kept = { folder, model };
    // A failure is not kept: the next request tries again.
    model.catch(() => {
      kept = null;
    });
  }
  return kept.model;
}

async function fetchFiles(folder: string): Promise<ReadingModel> {
  const [weights, config, tokenizer] = await Promise.all(
    ['model.safetensors', 'config.json', 'tokenizer.json'].map((file) => fetchFile(folder + file)),
  );
  try {
    const model = loadModel({ weights: new Uint8Array(await weights!.arrayBuffer()), config: await config!.text() });
    return { ...model, tokenizer: createTokenizer(await tokenizer!.json()) };
  } catch (error) {
    // A body that breaks off is a TypeError, a tokenizer that is no JSON a SyntaxError.
    const isKnown = [WeightsError, TokenizerError, SyntaxError, TypeError].some((kind) => error instanceof kind);
    if (!isKnown) throw error;
    throw modelFault(`The model that came is not what it should be: ${(error as Error).message}.`);
  }
}

async function fetchFile(address: string): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(address);
  } catch {
    throw modelFault(`The model could not be fetched: no answer for ${address}.`);
  }
  if (!answer.ok) throw modelFault(`The model could not be fetched: ${answer.status} for ${address}.`);
  return answer;
}

function modelFault(message: string): FaultError {
  return new FaultError({
    kind: 'corpus',
    message,
    remedy: 'Check the connection and try again; if it lasts, this copy of the site is incomplete.',
  });
}
