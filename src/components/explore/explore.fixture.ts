/** A small model with random weights, as its published files and open: nothing that was trained is needed for a test. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomParameters } from '../../engine/engine.fixture.ts';
import { createTokenizer } from '../../training/text/tokenizer.ts';
import { LLAMA, type ModelConfig } from '../../transformer/config.ts';
import { exportModel } from '../../weights/export.ts';
import { type OpenModel, openModel, type PublishedFiles } from './open-model.ts';

const TOKENIZER = readFileSync(join('public', 'corpora', 'world-english-bible', 'tokenizer.json'), 'utf8');

export const tokenizer = createTokenizer(JSON.parse(TOKENIZER));

export const config: ModelConfig = {
  ...LLAMA,
  vocabularySize: tokenizer.vocabularySize,
  contextLength: 48,
  layers: 2,
  heads: 2,
  width: 16,
  hiddenWidth: 24,
  ropeBase: 10_000,
  normEpsilon: 1e-5,
};

export function fixtureFiles(model: ModelConfig = config): PublishedFiles {
  const parameters = randomParameters(model, 'explore');
  const { bos, eos } = tokenizer;
  const run = '0123456789abcdef';
  return { ...exportModel({ config: model, parameters, special: { bos, eos }, run }, 'F16'), tokenizer: TOKENIZER };
}

export const module = new WebAssembly.Module(readFileSync(join('src', 'engine', 'kernels', 'kernels.wasm')));

export function fixtureModel(model: ModelConfig = config): Promise<OpenModel> {
  return openModel(fixtureFiles(model), module);
}
