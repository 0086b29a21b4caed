import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomParameters } from '../src/engine/engine.fixture.ts';
import { runFixture, specificationFixture } from '../src/results/run.fixture.ts';
import type { Run } from '../src/results/schema.ts';
import { fingerprint } from '../src/training/fingerprint.ts';
import type { RunSpecification } from '../src/training/specification.ts';
import type { Parameters } from '../src/transformer/parameters.ts';
import { fromFloat16Bits, toFloat16Bits } from '../src/weights/float16.ts';
import { CORPUS_FOLDER } from './corpus/index.ts';
import { PipelineError } from './errors.ts';
import { temporaryName } from './files.ts';
import { type ExportedModel, readModel, writeModel } from './models.ts';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'first-token-models-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const TOKENIZER_FILES = ['tokenizer.json', 'tokenizer_config.json'];
const FILES = ['README.md', 'config.json', 'model.safetensors', ...TOKENIZER_FILES];

/** A run that ended with these weights. */
function runEndingWith(parameters: Parameters, specification: RunSpecification): Run {
  const run = runFixture();
  const [last, before] = [run.evaluations.at(-1)!, run.evaluations.at(-2)!];
  last.fingerprint = fingerprint(specification.model, parameters, before.fingerprint);
  return { ...run, specification };
}

function exported(
  change: { model?: Partial<RunSpecification['model']>; data?: Partial<RunSpecification['data']> } = {},
  edit: (parameters: Parameters) => void = () => {},
): ExportedModel {
  const model = { ...specificationFixture.model, vocabularySize: 512, ...change.model };
  const specification = { ...specificationFixture, model, data: { ...specificationFixture.data, ...change.data } };
  const parameters = randomParameters(model, 'models');
  edit(parameters);
  return {
    name: 'context-length-t-8',
    run: runEndingWith(parameters, specification),
    parameters,
    folder,
    provenance: {
      experiment: { id: 'context-length', title: 'Longer contexts' },
      point: 'context of 8',
      corpus: {
        id: 'web',
        title: 'A Text',
        source: 'a package',
        licence: 'CC0-1.0',
        sha256: 'ab'.repeat(32),
        documents: 3,
        bytes: 1234,
      },
    },
  };
}

const contentsOf = (path: string) =>
  Object.fromEntries(fs.readdirSync(path).map((name) => [name, fs.readFileSync(join(path, name))]));
const cardOf = (path: string) => fs.readFileSync(join(path, 'README.md'), 'utf8');

describe('an exported model', () => {
  it('is a folder of files, read back in half precision', () => {
    const model = exported();
    const path = writeModel(model);
    expect(path).toBe(join(folder, 'context-length-t-8'));
    expect(fs.readdirSync(path).sort()).toEqual([...FILES].sort());
    for (const name of TOKENIZER_FILES) {
      expect(fs.readFileSync(join(path, name))).toEqual(fs.readFileSync(join(CORPUS_FOLDER, name)));
    }
    const { config, parameters, special, run } = readModel(path);
    expect({ config, special, run }).toEqual({
      config: model.run.specification.model,
      special: { bos: 0, eos: 1 },
      run: model.run.id,
    });
    for (const [name, values] of Object.entries(model.parameters)) {
      expect(parameters[name]).toEqual(values.map((value) => fromFloat16Bits(toFloat16Bits(value))));
    }
  });

  it('is the same bytes when written again, and nothing else is left in the folder', () => {
    const before = contentsOf(writeModel(exported()));
    expect(contentsOf(writeModel(exported()))).toEqual(before);
    expect(fs.readdirSync(folder)).toEqual(['context-length-t-8']);
  });

  it('gives way to another of its name, whole', () => {
    writeModel(exported());
    const path = writeModel(exported({ model: { vocabularySize: 20 }, data: { language: characters } }));
    expect(fs.readdirSync(path).sort()).toEqual(FILES.filter((name) => !TOKENIZER_FILES.includes(name)).sort());
    expect(readModel(path).special).toEqual({ bos: 19, eos: null });
    expect(cardOf(path)).toMatch(/no tokenizer.*a token is a character/);
  });

  it('may be of a kind that transformers does not know', () => {
    const path = writeModel(exported({ model: { attention: 'gated', positions: 'learned' } }));
    expect(readModel(path).config.attention).toBe('gated');
    const card = cardOf(path);
    expect(card).toContain('no model that `transformers` knows (gated attention, positions: learned');
    expect(card).toContain("readModel('public/models/context-length-t-8')");
    expect(card).not.toContain('library_name');
  });
});

const characters = { unit: 'character', order: 1, triggers: 3 } as const;

describe('the model card', () => {
  it('has the numbers of the run, and what to do with them', () => {
    const model = exported();
    const card = cardOf(writeModel(model));
    const last = model.run.evaluations.at(-1)!;
    for (const part of [
      '---\nlicense: mit\nlanguage: en\nlibrary_name: transformers\npipeline_tag: text-generation\ndatasets: ["web"]\n',
      '# context-length-t-8\n\nA LLaMA-style transformer of 9,320 parameters',
      '“Longer contexts”\n(experiment `context-length`: context of 8; seed 0)',
      `| Loss on held-out text, nats a token | ${last.validationLoss.toFixed(3)} |`,
      `| layer 1 | ${last.headFirstAttention[1]!.map((value) => value.toFixed(3)).join(' | ')} |`,
      `\n    ${last.fingerprint}\n`,
      `| Run | \`${model.run.id}\` |`,
      `npm run pipeline -- verify context-length --run ${model.run.id}`,
      'measured, in float32',
      'LlamaForCausalLM.from_pretrained(".", torch_dtype=torch.float32',
      'tokenizer("<bos>In the beginning"',
      'licence CC0-1.0',
      'eprint = {2504.02732}',
      'year = {2025}',
      'Federico Barbero and Álvaro Arroyo',
    ]) {
      expect(card).toContain(part);
    }
    expect(card).not.toMatch(/undefined|NaN|\[object/);
  });

  it('says how far a weight moved at most', () => {
    const [value, moved] = [40_001, 40_000]; // steps between numbers of half precision are 32 there
    const card = cardOf(writeModel(exported({}, (parameters) => parameters['norm']!.set([value, moved]))));
    expect(card).toContain('at most 1.0 from it');
  });

  it('says what is special about the data', () => {
    const data = { bos: 'none', mask: 'document', uniqueTokens: 5000 } as const;
    const card = cardOf(writeModel(exported({ data })));
    expect(card).toContain('its first 5,000 tokens, again and again');
    expect(card).toContain('must mask likewise');
    expect(card).toContain('leave it away');
    expect(card).toContain('tokenizer("In the beginning"');
  });
});

describe('what is refused, with the old model kept', () => {
  it.each<[string, () => ExportedModel, RegExp]>([
    ['another name', () => ({ ...exported(), name: '../x' }), /a model's name must be.*not "\.\.\/x"/],
    [
      'weights of another run',
      () => ({ ...exported(), parameters: randomParameters(exported().run.specification.model, 'other') }),
      /the weights are not those that run [0-9a-f]{16} ended with\. Remove/,
    ],
    [
      'a weight beyond half precision',
      () => exported({}, (parameters) => parameters['norm']!.fill(1e6)),
      /cannot export context-length-t-8: tensor "model\.norm\.weight": 1000000 is beyond half precision/,
    ],
    [
      'a weight that is no number',
      () => exported({}, (parameters) => parameters['norm']!.fill(Number.NaN)),
      /its number 0 is NaN/,
    ],
  ])('%s', (_, model, message) => {
    const before = contentsOf(writeModel(exported()));
    const write = () => writeModel(model());
    expect(write).toThrow(PipelineError);
    expect(write).toThrow(message);
    expect(contentsOf(join(folder, 'context-length-t-8'))).toEqual(before);
    expect(fs.readdirSync(folder)).toEqual(['context-length-t-8']);
  });

  it('a folder that holds something else', () => {
    const notes = join(writeModel(exported()), 'notes.txt');
    fs.writeFileSync(notes, 'mine');
    expect(() => writeModel(exported())).toThrow(/notes\.txt belongs to no model; move it away/);
    expect(fs.readFileSync(notes, 'utf8')).toBe('mine');
  });

  it('a file where the folder should be, and where its parent should be', () => {
    const file = join(folder, 'context-length-t-8');
    fs.writeFileSync(file, 'mine');
    expect(() => writeModel(exported())).toThrow(/is a file; move it away/);
    expect(() => writeModel({ ...exported(), folder: file })).toThrow(PipelineError);
    expect(fs.readFileSync(file, 'utf8')).toBe('mine');
  });
});

it('removes what killed processes left of the model, and only that', () => {
  const dead = 2 ** 22 + 1; // beyond the largest process id of Linux
  const left = [temporaryName('context-length-t-8', dead), temporaryName('context-length-t-8.old', dead)];
  const others = [temporaryName('other', dead), temporaryName('context-length-t-8', process.ppid)];
  for (const name of [...left, ...others]) {
    fs.mkdirSync(join(folder, name));
    fs.writeFileSync(join(folder, name, 'config.json'), '{}');
  }
  writeModel(exported());
  expect(fs.readdirSync(folder).sort()).toEqual([...others, 'context-length-t-8'].sort());
});

describe('a folder that is not whole', () => {
  it.each(['README.md', 'config.json', 'model.safetensors'])('is refused without %s', (name) => {
    const path = writeModel(exported());
    fs.rmSync(join(path, name));
    expect(() => readModel(path)).toThrow(PipelineError);
    expect(() => readModel(path)).toThrow(`is no whole model: ${name} missing. Write it again`);
  });

  it('or with half a file', () => {
    const path = writeModel(exported());
    fs.truncateSync(join(path, 'model.safetensors'), 10_000);
    expect(() => readModel(path)).toThrow(/model\.safetensors: .*cut short.*Write it again/);
  });

  it('or that is not there', () => {
    expect(() => readModel(join(folder, 'nothing'))).toThrow(/README\.md missing/);
  });
});
