import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createDecoder } from '../../decoding/decoder.ts';
import { LLAMA } from '../../transformer/config.ts';
import { initialParameters } from '../../transformer/initialise.ts';
import { LEAST_SIZE, POLICIES, policyOf } from './policies.ts';
import type { FromCacheWorker } from './protocol.ts';
import { CacheReader, type CacheWorker } from './reader.ts';
import { firstLeaves, meanFrom, readTokens, runningMean, shareHolding } from './reading.ts';
import { comparison, firstTokenInWords } from './words.ts';

const config = {
  ...LLAMA,
  ...{ vocabularySize: 11, contextLength: 16, layers: 2, heads: 2, width: 8, hiddenWidth: 8 },
  ...{ ropeBase: 10_000, normEpsilon: 1e-5 },
};
const model = { config, parameters: initialParameters(config, 3) };
const TOKENS = Int32Array.from({ length: 31 }, (_, i) => (i * i + 3 * i) % 11);
const N = TOKENS.length - 1;
const on = async () => true;
const read = async (id: (typeof POLICIES)[number]['id'], size: number) =>
  (await readTokens(model, TOKENS, policyOf(id, size, N), on))!;

describe('a reading', () => {
  it('holds in every head as many tokens as the policy allows, the one that is read among them', async () => {
    for (const { id } of POLICIES) {
      const reading = await read(id, LEAST_SIZE);
      for (let t = 0; t < N; t++) {
        const row = reading.holding.subarray(t * N, (t + 1) * N);
        const entries = id === 'full' ? t + 1 : Math.min(t + 1, LEAST_SIZE);
        expect(row.reduce((sum, heads) => sum + heads, 0)).toBe(entries * reading.heads);
        expect(shareHolding(reading, t, t)).toBe(1);
        expect(row.subarray(t + 1).every((heads) => heads === 0)).toBe(true);
      }
    }
  });

  it('loses the first token when the window has passed it, and keeps it where that is asked', async () => {
    const window = await read('window', 8);
    expect(firstLeaves(window)).toBe(8);
    expect(firstTokenInWords(window, 7)).toBe('The first token is in this cache.');
    expect(firstTokenInWords(window, 8)).toBe('The first token left this cache when token 9 was read.');
    for (const id of ['first-1', 'first-2', 'first-4', 'full'] as const)
      expect(firstLeaves(await read(id, 8))).toBe(null);
  });

  it('costs the same under all policies until a cache is full, and what the decoder says after', async () => {
    const [all, window] = [await read('full', 8), await read('window', 8)];
    expect(window.losses.subarray(0, 8)).toEqual(all.losses.subarray(0, 8));
    expect(window.losses.subarray(8)).not.toEqual(all.losses.subarray(8));
    const decoder = createDecoder(config, model.parameters, { kind: 'window', size: 8, first: 0 });
    const logits = [...TOKENS].slice(0, N).map((token) => Float64Array.from(decoder.feed(token)));
    const last = logits.at(-1)!;
    const loss = Math.log(last.reduce((sum, logit) => sum + Math.exp(logit), 0)) - last[TOKENS[N]!]!;
    expect(window.losses[N - 1]).toBeCloseTo(loss, 5);
  });

  it('is given up when it is told to', async () => {
    const pause = vi.fn(async () => false);
    expect(await readTokens(model, TOKENS, policyOf('window', 8, N), pause)).toBe(null);
    expect(pause).toHaveBeenCalledTimes(1);
  });
});

describe('means of losses', () => {
  it('are those of the last ones', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: 0, max: 9, noNaN: true }), { minLength: 1 }), fc.nat(9), (list, more) => {
        const losses = Float32Array.from(list);
        const span = more + 1;
        for (const [t, mean] of runningMean(losses, span).entries()) {
          expect(mean).toBeCloseTo(meanFrom(losses.subarray(0, t + 1), Math.max(0, t + 1 - span))!, 4);
        }
      }),
    );
    expect(meanFrom(new Float32Array(3), 3)).toBe(null);
  });

  it('are compared where both caches are full, or not at all', async () => {
    const readings = [await read('window', 8), await read('first-1', 8)];
    expect(comparison(['a', 'b'], readings, 8)).toMatch(
      /^From token 9 on, a token costs [\d.]+ nats keeping a, [\d.]+ nats keeping b\.$/,
    );
    expect(comparison(['a', 'b'], readings, N)).toBe('The text is too short to fill the cache.');
  });
});

describe('the reader of the page', () => {
  function bench() {
    const workers: (CacheWorker & { told: number[]; ended: boolean })[] = [];
    const answers: FromCacheWorker[] = [];
    const reader = new CacheReader(
      () => {
        const worker = {
          ...{ told: [] as number[], ended: false, onmessage: null, onerror: null },
          postMessage: ({ id }: { id: number }) => void worker.told.push(id),
          terminate: () => {
            worker.ended = true;
          },
        } as (typeof workers)[number];
        workers.push(worker);
        return worker;
      },
      (answer) => answers.push(answer),
    );
    const say = (data: FromCacheWorker) => workers.at(-1)!.onmessage?.({ data } as MessageEvent<FromCacheWorker>);
    const ask = () => reader.read({ root: '/', model: 'm', documents: [], length: 8, policies: [] });
    return { reader, workers, answers, say, ask };
  }

  it('hears what is said about the latest request alone', () => {
    const { reader, workers, answers, say, ask } = bench();
    ask();
    ask();
    say({ id: 1, type: 'read', labels: [], readings: [] });
    say({ id: 2, type: 'read', labels: ['a'], readings: [] });
    expect(workers).toHaveLength(1);
    expect(answers).toEqual([{ id: 2, type: 'read', labels: ['a'], readings: [] }]);
    reader.dispose();
  });

  it('tells that a worker died, with a word or without, and takes a new one', () => {
    vi.useFakeTimers();
    try {
      const { workers, answers, say, ask } = bench();
      ask();
      workers[0]!.onerror?.({} as ErrorEvent);
      expect(answers.at(-1)).toMatchObject({ type: 'failed', fault: { kind: 'worker' } });
      ask();
      expect(workers[0]!.ended).toBe(true);
      say({ id: 2, type: 'progress', what: 'loading' });
      vi.advanceTimersByTime(59_000);
      say({ id: 2, type: 'progress', what: 'reading' });
      vi.advanceTimersByTime(59_000);
      expect(answers.at(-1)).toMatchObject({ type: 'progress' });
      vi.advanceTimersByTime(2000);
      expect(answers.at(-1)).toMatchObject({ id: 2, type: 'failed' });
      expect(workers).toHaveLength(2);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
