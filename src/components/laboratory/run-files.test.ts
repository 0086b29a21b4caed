import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCheckpoint } from '../../engine/checkpoint.ts';
import { runFixture } from '../../results/run.fixture.ts';
import { initialParameters } from '../../transformer/initialise.ts';
import { parameterShapes } from '../../transformer/parameters.ts';
import { readConfigJson } from '../../weights/config-json.ts';
import { CONFIG_FILE } from '../../weights/export.ts';
import { fromLlamaTensors } from '../../weights/hugging-face.ts';
import { loadModel } from '../../weights/load.ts';
import { takeParameters } from '../../weights/ours.ts';
import { decodeSafetensors } from '../../weights/safetensors.ts';
import { LAB_DEFAULTS, type LabSettings } from './knobs.ts';
import { configFile, curvesCsv, weightsFile } from './run-files.ts';
import { labSpecification } from './specification.ts';

const [first] = runFixture(0).evaluations;

describe('curves as CSV', () => {
  it('have a head and a line a measurement, every number as it is', () => {
    const values = fc.record({
      validationLoss: fc.double({ noNaN: true }),
      firstAttention: fc.double({ noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(values, { maxLength: 5 }), fc.integer({ min: 1, max: 4 }), (all, number) => {
        const evaluations = all.map((each, step) => ({ ...first!, ...each, step }));
        const csv = curvesCsv([{ number, live: { evaluations } }]);
        const [head, ...rows] = csv
          .split('\r\n')
          .slice(0, -1)
          .map((line) => line.split(','));
        expect(rows).toHaveLength(all.length);
        for (const [index, row] of rows.entries()) {
          expect(row).toHaveLength(head!.length);
          const cell = (name: string) => row[head!.indexOf(name)];
          expect(cell('run')).toBe(String(number));
          expect(cell('validation-loss')).toBe(String(all[index]!.validationLoss));
          expect(cell('first-attention')).toBe(String(all[index]!.firstAttention));
          expect(cell('fingerprint')).toBe(first!.fingerprint);
        }
      }),
    );
  });

  it('leave a cell empty where nothing was measured', () => {
    const evaluations = [{ ...first!, trainingLoss: null }];
    const [head, row] = curvesCsv([{ number: 1, live: { evaluations } }])
      .split('\r\n')
      .map((line) => line.split(','));
    expect(row![head!.indexOf('training-loss')]).toBe('');
  });
});

describe('weights as safetensors', () => {
  const facts = { corpus: 'a', tokens: 16, characters: 16 };
  const file = (change: Partial<LabSettings>) => {
    const specification = labSpecification({ ...LAB_DEFAULTS, width: 8, heads: 2, contextLength: 8, ...change }, facts);
    const parameters = initialParameters(specification.model, 3);
    const state = { step: 5, parameters, firstMoments: parameters, secondMoments: parameters };
    const checkpoint = encodeCheckpoint(specification.model, state);
    const bytes = weightsFile(specification, { checkpoint, evaluations: [first!] });
    return { specification, parameters, bytes, ...decodeSafetensors(bytes) };
  };

  it('of a LLaMA have the names of Hugging Face', () => {
    const { specification, parameters, tensors, metadata } = file({});
    expect([...tensors.keys()]).toContain('model.embed_tokens.weight');
    expect(fromLlamaTensors(specification.model, tensors)).toEqual(parameters);
    expect(JSON.parse(metadata.get('specification')!)).toEqual(specification);
    expect(metadata.get('step')).toBe('5');
  });

  it('of any other kind have ours', () => {
    const { specification, parameters, tensors } = file({ attention: 'sink-logit', norm: 'layer' });
    expect(takeParameters(tensors, parameterShapes(specification.model))).toEqual(parameters);
  });

  it.each([{}, { attention: 'sink-logit', norm: 'layer' }] as const)(
    'are opened with their config.json (%o)',
    (change) => {
      const { specification, parameters, bytes } = file(change);
      const loaded = loadModel({ weights: bytes, config: configFile(specification, { bos: 0, eos: 1 }) });
      expect(loaded.config).toEqual(specification.model);
      expect(loaded.parameters).toEqual(parameters);
    },
  );
});

describe('config.json', () => {
  const tokenizer = { bos: 0, eos: 1 };

  it('has the special tokens of the tokenizer, or of a language of characters', () => {
    const special = (change: Partial<LabSettings>) =>
      readConfigJson(
        configFile(
          labSpecification({ ...LAB_DEFAULTS, ...change }, { corpus: 'a', tokens: 16, characters: 9 }),
          tokenizer,
        ),
      ).special;
    expect(special({})).toEqual(tokenizer);
    expect(special({ source: 'backcopy', unit: 'token' })).toEqual(tokenizer);
    expect(special({ source: 'backcopy', unit: 'character' })).toEqual({ bos: 8, eos: null });
  });

  it('is that of the published model where the run is, but for the precision', () => {
    const published = readFileSync(join('public', 'models', 'emergence-base', CONFIG_FILE), 'utf8');
    const { config } = readConfigJson(published);
    const specification = {
      ...labSpecification(LAB_DEFAULTS, { corpus: 'a', tokens: 16, characters: 9 }),
      model: config,
    };
    expect(configFile(specification, tokenizer)).toBe(published.replace('float16', 'float32'));
  });
});
