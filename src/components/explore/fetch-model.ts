/** Fetches a published model from the site's own origin, once for all pieces of a page. */
import kernelsUrl from '../../engine/kernels/kernels.wasm?url';
import { TokenizerError } from '../../training/text/tokenizer.ts';
import { WeightsError } from '../../weights/ours.ts';
import { ModelFault } from './fault.ts';
import { type OpenModel, openModel } from './open-model.ts';

const kept = new Map<string, Promise<OpenModel>>();

/**
 * @param root the site's root, ending in a slash.
 * @param name of the folder under `models/`.
 * @throws {ModelFault}
 */
export function fetchModel(root: string, name: string): Promise<OpenModel> {
  const folder = `${root}models/${name}/`;
  const known = kept.get(folder);
  if (known) return known;
  const model = fetchFiles(folder);
  kept.set(folder, model);
  // A failure is not kept: the next call tries again.
  model.catch(() => kept.delete(folder));
  return model;
}

async function fetchFiles(folder: string): Promise<OpenModel> {
  const [weights, config, tokenizer, module] = await Promise.all([
    fetchFile(`${folder}model.safetensors`).then(async (file) => new Uint8Array(await file.arrayBuffer())),
    fetchFile(`${folder}config.json`).then((file) => file.text()),
    fetchFile(`${folder}tokenizer.json`).then((file) => file.text()),
    compileKernels(),
  ]);
  try {
    return await openModel({ weights, config, tokenizer }, module);
  } catch (error) {
    if (!(error instanceof WeightsError || error instanceof TokenizerError)) throw error;
    throw new ModelFault(
      `The model that came cannot be used. ${error.message}.`,
      'Try again; if it lasts, this copy of the site is damaged.',
    );
  }
}

async function fetchFile(address: string): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(address);
  } catch {
    throw new ModelFault(
      `The model could not be fetched: no answer for ${address}.`,
      'Check the connection and try again.',
    );
  }
  if (answer.ok) return answer;
  throw new ModelFault(
    `The model could not be fetched: the server answered ${answer.status} for ${address}.`,
    answer.status === 404
      ? 'This copy of the site was built without these weights; npm run pipeline -- export writes them.'
      : 'Try again in a while.',
  );
}

async function compileKernels(): Promise<WebAssembly.Module> {
  const file = await fetchFile(kernelsUrl);
  try {
    return await WebAssembly.compile(await file.arrayBuffer());
  } catch (error) {
    throw new ModelFault(
      `The kernels cannot run here: ${error instanceof Error ? error.message : String(error)}.`,
      'They need WebAssembly with SIMD; a newer browser has it.',
    );
  }
}
