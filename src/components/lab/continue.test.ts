/** A live run whose worker dies, page and worker together: gone on with, it must be the run that it would have been. */
import { describe, expect, it } from 'vitest';
import { specificationFixture } from '../../results/run.fixture.ts';
import { fixtureEngine } from '../../training/engine.fixture.ts';
import { dataStreams } from '../../training/streams.ts';
import { packDocuments } from '../../training/text/packing.ts';
import { initialParameters } from '../../transformer/initialise.ts';
import { plansAs } from './plan.ts';
import { type FromWorker, isWorking, keptOf, type LabState, type ToWorker } from './protocol.ts';
import { Session, type WorkerLike } from './session.ts';
import { settingsOf } from './state.ts';
import { createTrainer } from './trainer.ts';

const SPECIFICATION = { ...specificationFixture, evaluation: { every: 4, sequences: 4 } };
const SETTINGS = settingsOf(SPECIFICATION);
const { model, data, seed } = SPECIFICATION;

const DOCUMENTS = Array.from({ length: 40 }, (_, d) =>
  Array.from({ length: 7 + (d % 5) }, (_, i) => 2 + ((d * i) % 14)),
);
const PACKED = packDocuments(DOCUMENTS, data, { bos: 0, eos: 1 });
const STREAMS = dataStreams({ training: PACKED, heldOut: PACKED }, SPECIFICATION);

/** A trainer as a worker: messages are copied, buffers that are handed over are gone, and a death is an error event. */
class LocalWorker implements WorkerLike {
  onmessage: WorkerLike['onmessage'] = null;
  onerror: WorkerLike['onerror'] = null;
  readonly engine = fixtureEngine(model, initialParameters(model, seed));
  /** Messages sent, and optimiser steps told of in them. */
  sent = 0;
  steps = 0;
  private readonly tell: (message: ToWorker) => void;
  private gone = false;
  private clock = 0;
  private batches = STREAMS.batches;

  /** @param diesAt number of the message of which it dies instead of sending it */
  constructor(private readonly diesAt: number) {
    const shown = STREAMS.heldOut[0]!;
    this.tell = createTrainer({
      load: async () => ({
        ...{ engine: this.engine, heldOut: STREAMS.heldOut, shown, labels: ['a'], agreement: null, threads: 1 },
        triggers: [],
        batches: (index) => this.batches(index),
      }),
      // A clock of its own, so that every run says as much as every other.
      now: () => (this.clock += 10),
      post: (message, transfer) => this.send(structuredClone(message, { transfer: transfer ?? [] })),
    });
  }
  postMessage(message: ToWorker) {
    this.tell(structuredClone(message));
  }
  terminate() {
    this.gone = true;
    this.tell({ type: 'stop', run: 1 });
  }
  /** Gives a loss that is no number in this step. */
  breakAt(step: number) {
    const { engine } = this;
    const { batches } = STREAMS;
    this.batches = (index) => {
      if (index === step - 1) engine.nextLoss = Number.NaN;
      return batches(index);
    };
  }
  private send(data: FromWorker) {
    if (this.gone) return;
    if (data.type === 'steps') this.steps += data.losses.length;
    if (this.sent++ < this.diesAt) this.onmessage?.({ data } as MessageEvent<FromWorker>);
    else this.onerror?.({ message: 'killed' } as ErrorEvent);
  }
}

/** A page whose workers die of the messages of these numbers, one after another; those after them live. */
function page(...deaths: number[]) {
  const workers: LocalWorker[] = [];
  const waiting: ((state: LabState) => void)[] = [];
  const session = new Session({
    planOf: plansAs({ specification: SPECIFICATION, tokensPerSecond: 1e6 }),
    ...{ root: '/', processors: 1 },
    createWorker() {
      workers.push(new LocalWorker(deaths.shift() ?? Number.POSITIVE_INFINITY));
      return workers.at(-1)!;
    },
    onChange(state) {
      if (!isWorking(state)) for (const resolve of waiting.splice(0)) resolve(state);
    },
  });
  /** The state when what is done here has come to its end, a good one or not. */
  const outcome = (act: () => void) =>
    new Promise<LabState>((resolve) => {
      waiting.push(resolve);
      act();
    });
  return { session, workers, outcome };
}

async function wholeRun() {
  const { session, workers, outcome } = page();
  const { live } = await outcome(() => session.begin(SETTINGS));
  return { live: live!, messages: workers[0]!.sent };
}

describe('a run whose worker dies', () => {
  it('is gone on with to the same losses and fingerprints, whenever it died', async () => {
    const whole = await wholeRun();
    expect(whole.live.evaluations.map(({ step }) => step)).toEqual([0, 4, 8, 12, 16, 20]);
    let resumed = 0;
    for (let death = 1; death < whole.messages; death++) {
      const { session, workers, outcome } = page(death);
      const broken = await outcome(() => session.begin(SETTINGS));
      expect(broken).toMatchObject({
        phase: 'failed',
        fault: { message: 'The worker that trains has died (killed).' },
      });
      const from = keptOf(broken);
      if (from === null) continue;
      resumed++;
      const { phase, live } = await outcome(() => session.continue());
      expect(phase).toBe('finished');
      expect(live!.evaluations).toEqual(whole.live.evaluations);
      expect(live!.losses).toEqual(whole.live.losses);
      expect(live!.seconds).toBeGreaterThan(from.seconds);
      // It did not begin again in secret.
      expect(workers[1]!.steps).toBe(SPECIFICATION.training.steps - from.state.step);
    }
    expect(resumed).toBeGreaterThan(5);
  });

  it('can be gone on with again when the next one dies, too, be it before anything more was kept', async () => {
    const { live: whole, messages } = await wholeRun();
    const { session, outcome } = page(Math.floor(messages / 2), 2, 5);
    await outcome(() => session.begin(SETTINGS));
    for (let death = 0; death < 2; death++) {
      const state = await outcome(() => session.continue());
      expect(keptOf(state)).not.toBeNull();
    }
    const { live } = await outcome(() => session.continue());
    expect(live!.evaluations).toEqual(whole.evaluations);
  });

  it('is not gone on with when it diverged', async () => {
    const { session, outcome, workers } = page();
    const state = await outcome(() => {
      session.begin(SETTINGS);
      workers[0]!.breakAt(11);
    });
    expect(state.fault!.message).toMatch(/^Training broke at step 11: .* The last good state is that of step 8\.$/);
    session.continue();
    expect(session.state).toBe(state);
    expect(workers).toHaveLength(1);
  });
});
