/** The page measures what the pipeline's analysis measures, and trains a language to the bits that Node trains it to. */
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { measureBackcopy } from '../../../pipeline/analyses/backcopy.ts';
import { backcopy } from '../../../pipeline/experiments/backcopy.ts';
import { compileKernels } from '../../../pipeline/kernels.ts';
import { loadTokenSource as sourceInNode } from '../../../pipeline/prepare.ts';
import { createKernelsEngine } from '../../engine/kernels/engine.ts';
import type { TokenSource } from '../../training/streams.ts';
import { initialParameters } from '../../transformer/initialise.ts';
import { loadTokenSource } from './text.ts';
import { FIRST_QUERY, isMeasurable, measureTriggers } from './trigger-measures.ts';

/** Made once: counting the symbols of the whole text takes seconds. */
let source: TokenSource;
beforeAll(async () => {
  source = await sourceInNode(pointOf('softmax-adam-1'));
}, 60_000);

const pointOf = (id: string) => backcopy.grids.full.points.find((point) => point.id === id)!.specification;

afterEach(() => vi.unstubAllGlobals());

/** The site's own files, as a server would give them. */
function serveThePublicFolder(): void {
  vi.stubGlobal('fetch', async (address: string) => {
    const { readFile } = await import('node:fs/promises');
    return new Response(await readFile(`public${address}`));
  });
}

describe('a language in the page', () => {
  it('gives the batches, triggers and labels that it gives in Node', async () => {
    serveThePublicFolder();
    const specification = { ...pointOf('softmax-adam-1'), seed: 10 };
    const here = await loadTokenSource('/', specification.data);
    expect(here.triggers).toEqual(source.triggers);
    expect(here.vocabularySize).toBe(specification.model.vocabularySize);
    expect(here.label(here.triggers[0]!)).toBe(source.label(source.triggers[0]!));
    const [streams, expected] = [here.streams(specification), source.streams(specification)];
    for (const step of [0, 1, 700]) expect(streams.batches(step)).toEqual(expected.batches(step));
    expect(streams.heldOut).toEqual(expected.heldOut);
  });

  it.each(['softmax-adam-1', 'softmax-adam-3'])('is measured as the analysis measures it: %s', async (id) => {
    const specification = { ...pointOf(id), seed: 10 };
    const { model, seed } = specification;
    const batch = source.streams(specification).heldOut[0]!;
    const engine = await createKernelsEngine(model, initialParameters(model, seed), {
      ...{ module: await compileKernels(), batch },
    });
    const here = await measureTriggers(engine, batch, source.triggers);
    const analysis = await measureBackcopy(engine, batch, source.triggers);
    engine.dispose();
    expect(here).toEqual({
      'attention/other': analysis['sink-head/non-trigger'],
      'attention/trigger': analysis['sink-head/trigger'],
      valueNorm: analysis['sink-head/first-value-norm'],
      stateNorm: analysis['largest-inner-state-norm'],
      'loss/other': analysis['loss/non-trigger'],
      'loss/trigger': analysis['loss/trigger'],
    });
  });
});

describe('whether a batch can be measured', () => {
  const batchOf = (...inputs: number[]) => {
    const tokens = Int32Array.from(inputs);
    return { sequences: 1, length: tokens.length, inputs: tokens, targets: tokens };
  };
  const early = new Array<number>(FIRST_QUERY).fill(1);

  it('asks for triggers and others behind the first queries', () => {
    expect(isMeasurable(batchOf(...early, 1, 2), [1])).toBe(true);
    expect(isMeasurable(batchOf(...early, 2, 2), [1])).toBe(false);
    expect(isMeasurable(batchOf(...early, 1, 1), [1])).toBe(false);
    expect(isMeasurable(batchOf(...early), [1])).toBe(false);
    expect(isMeasurable(batchOf(...early, 1, 2), [])).toBe(false);
  });
});
