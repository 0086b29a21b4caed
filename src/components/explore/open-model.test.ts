import { expect, it } from 'vitest';
import { config, fixtureFiles, module } from './explore.fixture.ts';
import { openModel } from './open-model.ts';

const files = fixtureFiles();

it('opens the files that are published, with the run that trained them', async () => {
  const model = await openModel(files, module);
  expect(model.run).toBe('0123456789abcdef');
  expect(model.config).toEqual(config);
  const { logits } = await model.inspect(Int32Array.of(1, 2, 3), { logits: true });
  expect(logits).toHaveLength(3 * config.vocabularySize);
});

it.each([
  ['cut short', { weights: files.weights.slice(0, 900) }, /^model\.safetensors: /],
  [
    'no weights at all',
    { weights: new TextEncoder().encode('<!doctype html>') },
    /^model\.safetensors: .*safetensors\?/,
  ],
  ['of another shape', { config: files.config.replace('"hidden_size": 16', '"hidden_size": 32') }, /^(model|config)/],
  ['no configuration', { config: '<html>' }, /^config\.json: it is not JSON/],
  ['no tokenizer', { tokenizer: '<html>' }, /^tokenizer\.json: it is not JSON/],
  ['another tokenizer', { tokenizer: '{"model": {}}' }, /^tokenizer\.json: /],
])('says what is wrong with files that are %s', async (_, broken, words) => {
  await expect(openModel({ ...files, ...broken }, module)).rejects.toThrow(words);
});
