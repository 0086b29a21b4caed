/** A published model's attention on a sequence, read while the site is built. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKernelsEngine } from '../../engine/kernels/engine.ts';
import type { RunSpecification } from '../../training/specification.ts';
import { createTokenSource } from '../../training/streams.ts';
import { decompressText, parseSections } from '../../training/text/documents.ts';
import { createTokenizer } from '../../training/text/tokenizer.ts';
import { loadModel } from '../../weights/load.ts';
import type { Still } from './sample.ts';

/** Beside the results, as the export writes them. */
const MODELS = join(process.env['RESULTS'] ?? join('public', 'results'), '..', 'models');
const KERNELS = join('src', 'engine', 'kernels', 'kernels.wasm');

/**
 * The same sequence as a live run shows, and a published model's attention on it.
 * @param name of the model's folder under `public/models`; undefined, or not there: no still.
 */
export async function readStill(name: string | undefined, specification: RunSpecification): Promise<Still | null> {
  const folder = join(MODELS, name ?? '');
  if (name === undefined || !existsSync(join(folder, 'model.safetensors'))) return null;
  const { data } = specification;
  const corpus = join('public', 'corpora', data.corpus);
  const tokenizer = createTokenizer(JSON.parse(readFileSync(join(corpus, 'tokenizer.json'), 'utf8')));
  const sections = parseSections(await decompressText(new Uint8Array(readFileSync(join(corpus, 'text.txt.gz')))));
  const { label, triggers, streams } = createTokenSource(sections, tokenizer, data);

  const { config, parameters } = loadModel({
    config: readFileSync(join(folder, 'config.json'), 'utf8'),
    weights: new Uint8Array(readFileSync(join(folder, 'model.safetensors'))),
  });
  const T = config.contextLength;
  const { inputs, targets } = streams(specification).heldOut[0]!;
  const batch = { sequences: 1, length: T, inputs: inputs.slice(0, T), targets: targets.slice(0, T) };
  const module = await WebAssembly.compile(readFileSync(KERNELS));
  const engine = await createKernelsEngine(config, parameters, { module, batch });
  try {
    const { attention } = await engine.inspect(batch, { attention: true });
    return {
      labels: Array.from(batch.inputs, label),
      triggers: triggers.map(label),
      map: Array.from(attention!, (weight) => Math.round(weight * 1000) / 1000),
    };
  } finally {
    engine.dispose();
  }
}
