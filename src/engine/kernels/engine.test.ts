import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ATTENTION_KINDS, LLAMA, type ModelConfig, sees } from '../../transformer/config.ts';
import { initialParameters } from '../../transformer/initialise.ts';
import { CheckpointError } from '../checkpoint.ts';
import { anyModel, modelsWith, randomBatch, randomParameters } from '../engine.fixture.ts';
import type { Batch, Engine, StepHyper } from '../engine.ts';
import { EngineInputError } from '../validate.ts';
import { createKernelsEngine, DisposedError } from './engine.ts';
import { module } from './kernels.fixture.ts';
import { plan } from './plan.ts';

const config: ModelConfig = {
  vocabularySize: 11,
  contextLength: 12,
  layers: 2,
  heads: 2,
  width: 12,
  hiddenWidth: 9,
  ropeBase: 10_000,
  normEpsilon: 1e-5,
  ...LLAMA,
};
const hyper: StepHyper = { learningRate: 1e-2, weightDecay: 0.1, clipNorm: 1, beta1: 0.9, beta2: 0.95, epsilon: 1e-8 };

function create(seed = 'engine', model = config): Promise<Engine> {
  return createKernelsEngine(model, randomParameters(model, seed), { module });
}

/** Losses and gradient norms of some steps. */
async function train(engine: Engine, from: number, to: number): Promise<unknown[]> {
  const results = [];
  for (let step = from; step < to; step++) {
    results.push(await engine.step(randomBatch(engine.config, `batch ${step}`, { sequences: 9 }), hyper));
  }
  return results;
}

describe('training', () => {
  it('learns a batch by heart', async () => {
    const engine = await createKernelsEngine(config, initialParameters(config, 0), { module });
    const batch = randomBatch(config, 'by heart', { sequences: 4 });
    const { loss: before } = await engine.step(batch, hyper);
    for (let step = 0; step < 150; step++) await engine.step(batch, hyper);
    expect(before).toBeCloseTo(Math.log(config.vocabularySize), 1);
    expect((await engine.evaluate(batch)).loss).toBeLessThan(before / 4);
  });

  it('gives the same bits every time', async () => {
    const [one, two] = [await create(), await create()];
    expect(await train(one, 0, 5)).toEqual(await train(two, 0, 5));
    expect(await one.checkpoint()).toEqual(await two.checkpoint());
  });

  it('gives the same bits whatever was computed in between, in a model of any kind', async () => {
    await fc.assert(
      fc.asyncProperty(anyModel, async (model) => {
        const [plain, disturbed] = [await create('engine', model), await create('engine', model)];
        await train(plain, 0, 4);
        for (let step = 0; step < 4; step++) {
          const length = Math.ceil(model.contextLength / 2);
          await disturbed.evaluate(randomBatch(model, 'other', { sequences: 30, length, documents: true }));
          await disturbed.inspect(randomBatch(model, 'third', { sequences: 1, length: 1 }), { attention: true });
          await train(disturbed, step, step + 1);
          await disturbed.gradients(randomBatch(model, 'fourth', { sequences: 2 }));
        }
        expect(await disturbed.checkpoint()).toEqual(await plain.checkpoint());
      }),
      { numRuns: 20 },
    );
  });

  it('reports the loss before the update, as evaluate does', async () => {
    const engine = await create();
    const batch = randomBatch(config, 'loss', { sequences: 7, documents: true });
    const { loss } = await engine.evaluate(batch);
    expect((await engine.step(batch, hyper)).loss).toBeCloseTo(loss, 12);
  });

  it('shows divergence as a loss or a norm that is not finite, and keeps the parameters before it', async () => {
    const engine = await create();
    const endless = { ...hyper, learningRate: 1e30 };
    const step = () => engine.step(randomBatch(config, 'divergence', { sequences: 9 }), endless);
    expect((await step()).loss).toBeGreaterThan(0);
    const last = await engine.checkpoint();
    const { loss, gradientNorm } = await step();
    expect(Number.isFinite(loss) && Number.isFinite(gradientNorm)).toBe(false);
    expect(await engine.checkpoint()).toEqual(last);
  });

  it.each<Partial<ModelConfig>>([
    {},
    { attention: 'key-bias', window: { length: 3, first: 1 }, positions: 'learned', norm: 'layer', mlp: 'relu' },
  ])('reserves its memory once and to the byte that was planned: %o', async (kinds) => {
    const model = { ...config, ...kinds };
    const batch = { sequences: 9, length: model.contextLength };
    const before = WebAssembly.Memory.prototype.grow;
    const grown: number[] = [];
    WebAssembly.Memory.prototype.grow = function (pages) {
      grown.push(pages);
      return before.call(this, pages);
    };
    try {
      const engine = await createKernelsEngine(model, randomParameters(model, 'memory'), { module, batch });
      await train(engine, 0, 10_000);
    } finally {
      WebAssembly.Memory.prototype.grow = before;
    }
    const pages = Math.ceil(plan(model, batch).bytes / 65536);
    expect(grown).toHaveLength(1);
    expect(grown[0]).toBeLessThanOrEqual(pages);
    expect(grown[0]).toBeGreaterThanOrEqual(pages - 1);
  });
});

describe('a batch', () => {
  it('loses nothing by being cut into micro-batches of other sizes', async () => {
    const engine = await create();
    const whole = randomBatch(config, 'whole', { sequences: 6 });
    const ofSequence = (index: number): Batch => {
      const part = (ids: Int32Array) => ids.slice(index * whole.length, (index + 1) * whole.length);
      return { sequences: 1, length: whole.length, inputs: part(whole.inputs), targets: part(whole.targets) };
    };
    let sum = 0;
    let count = 0;
    for (let index = 0; index < whole.sequences; index++) {
      const counted = ofSequence(index).targets.filter((target) => target >= 0).length;
      if (counted > 0) sum += counted * (await engine.evaluate(ofSequence(index))).loss;
      count += counted;
    }
    expect((await engine.evaluate(whole)).loss).toBeCloseTo(sum / count, 6);
  });

  it('is not read where its targets are ignored', async () => {
    const engine = await create();
    const batch = randomBatch(config, 'ignored', { sequences: 2 });
    const last = { ...batch, targets: batch.targets.map((target, i) => (i % batch.length < 6 ? target : -1)) };
    const changed = { ...last, inputs: last.inputs.map((id, i) => (i % batch.length < 6 ? id : 0)) };
    expect(await engine.gradients(changed)).toEqual(await engine.gradients(last));
  });
});

describe('inspection', () => {
  it.each(ATTENTION_KINDS)('shows %s attention to what a query sees, of the sum it must have', async (kind) => {
    await fc.assert(
      fc.asyncProperty(modelsWith(kind), fc.integer({ min: 1, max: 9 }), async (model, sequences) => {
        const engine = await create('inspection', model);
        const batch = randomBatch(model, 'inspection', { sequences, documents: true });
        const { attention } = await engine.inspect(batch, { attention: true });
        const T = batch.length;
        expect(attention).toHaveLength(model.layers * sequences * model.heads * T * T);
        attention!.forEach((weight, index) => {
          const [key, query] = [index % T, Math.floor(index / T) % T];
          const sequence = Math.floor(index / (T * T * model.heads)) % sequences;
          const document = (t: number) => batch.documents![sequence * T + t];
          const allowed = sees(model, query, key) && (document(key) === document(query) || document(key) === 0);
          if (!allowed && weight !== 0) throw new Error(`query ${query} sees key ${key}`);
        });
        for (let row = 0; row < attention!.length; row += T) {
          const sum = attention!.subarray(row, row + T).reduce((a, b) => a + b);
          if (kind === 'softmax' || kind === 'gated') expect(sum).toBeCloseTo(1, 5);
          else if (kind !== 'sigmoid' && kind !== 'relu') expect(sum).toBeLessThan(1 + 1e-6);
        }
      }),
      { numRuns: 8 },
    );
  });

  it('returns what was asked for and no more', async () => {
    const engine = await create();
    const batch = randomBatch(config, 'asked', { sequences: 3 });
    expect(Object.keys(await engine.inspect(batch, {}))).toEqual([]);
    expect(Object.keys(await engine.inspect(batch, { states: true, logits: true }))).toEqual(['states', 'logits']);
  });

  it('begins the states with the embeddings', async () => {
    const engine = await create();
    const batch = randomBatch(config, 'states', { sequences: 9, length: 5 });
    const { states } = await engine.inspect(batch, { states: true });
    const { embedding } = await engine.parameters();
    expect(states).toHaveLength((config.layers + 1) * 9 * 5 * config.width);
    batch.inputs.forEach((id, token) => {
      expect(states!.subarray(token * config.width, (token + 1) * config.width)).toEqual(
        embedding!.subarray(id * config.width, (id + 1) * config.width),
      );
    });
  });

  it('shows logits whose cross-entropy is the loss', async () => {
    const engine = await create();
    const batch = randomBatch(config, 'logits', { sequences: 9, length: 7 });
    const { logits } = await engine.inspect(batch, { logits: true });
    const V = config.vocabularySize;
    const losses = [...batch.targets].flatMap((target, token) => {
      if (target < 0) return [];
      const row = logits!.subarray(token * V, (token + 1) * V);
      return [Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0)) - row[target]!];
    });
    const mean = losses.reduce((a, b) => a + b) / losses.length;
    expect((await engine.evaluate(batch)).loss).toBeCloseTo(mean, 5);
  });
});

describe('parameters and checkpoints', () => {
  it('gives copies', async () => {
    const engine = await create();
    const copy = await engine.parameters();
    copy.norm!.fill(0);
    expect(await engine.parameters()).toEqual(randomParameters(config, 'engine'));
  });

  it('goes on from a checkpoint to the same bits, in another engine too, in a model of any kind', async () => {
    await fc.assert(
      fc.asyncProperty(anyModel, async (model) => {
        const [straight, other] = [await create('engine', model), await create('another beginning', model)];
        await train(straight, 0, 3);
        const checkpoint = await straight.checkpoint();
        const expected = await train(straight, 3, 6);
        await train(other, 0, 1);
        await other.restore(checkpoint);
        expect(await train(other, 3, 6)).toEqual(expected);
        expect(await other.checkpoint()).toEqual(await straight.checkpoint());
      }),
      { numRuns: 20 },
    );
  });

  it('forgets the optimiser when parameters are loaded', async () => {
    const [fresh, used] = [await create(), await create('another beginning')];
    await train(used, 0, 3);
    await used.load(randomParameters(config, 'engine'));
    expect(await train(used, 0, 3)).toEqual(await train(fresh, 0, 3));
  });
});

describe('bad input', () => {
  it('is refused before anything is written', async () => {
    const engine = await create();
    const before = await engine.checkpoint();
    const batch = randomBatch(config, 'bad', { sequences: 2 });
    const beyond = { ...batch, inputs: batch.inputs.map(() => config.vocabularySize) };
    expect(() => engine.step(beyond, hyper)).toThrow(EngineInputError);
    expect(() => engine.evaluate({ ...batch, length: 13 })).toThrow(EngineInputError);
    expect(() => engine.gradients({ ...batch, targets: batch.targets.map(() => -1) })).toThrow(/^targets: none/);
    expect(() => engine.step(batch, { ...hyper, beta1: 1 })).toThrow(/^beta1:/);
    const spoilt = randomParameters(config, 'spoilt');
    spoilt.head![3] = Number.NaN;
    expect(() => engine.load(spoilt)).toThrow(/^head: .*number 3 is NaN/);
    expect(() => engine.restore(before.slice(0, -4))).toThrow(CheckpointError);
    expect(await engine.checkpoint()).toEqual(before);
  });

  it('is refused at creation', async () => {
    const parameters = randomParameters(config, 'creation');
    await expect(createKernelsEngine({ ...config, heads: 5 }, parameters, { module })).rejects.toThrow(/^width: /);
    await expect(createKernelsEngine(config, { ...parameters, norm: new Float32Array(3) }, { module })).rejects.toThrow(
      /^norm: /,
    );
  });

  it('has no use for a disposed engine', async () => {
    const engine = await create();
    engine.dispose();
    engine.dispose();
    expect(() => engine.parameters()).toThrow(DisposedError);
    expect(() => engine.evaluate(randomBatch(config, 'disposed', { sequences: 1 }))).toThrow(DisposedError);
  });
});
