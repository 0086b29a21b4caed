/** A pipeline in a folder of its own, with an experiment whose runs take no time. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { specificationFixture } from '../src/results/run.fixture.ts';
import type { CodeVersions } from '../src/results/schema.ts';
import { main } from './cli.ts';
import type { CommandContext } from './commands/context.ts';
import type { Experiment } from './experiments/experiment.ts';
import { type Interrupts, listenForInterrupts } from './interrupt.ts';

const { seed: _, ...specification } = specificationFixture;

/** An experiment of two models; `corpus` may name a misfortune, see `job.fixture.ts`. */
export function trialExperiment(corpus = 'trial-text'): Experiment {
  const point = (id: string, layers: number) => ({
    id,
    label: `${layers} layers`,
    specification: {
      ...specification,
      data: { ...specification.data, corpus },
      model: { ...specification.model, layers },
    },
  });
  const points = [point('shallow', 1), point('deep', 2)];
  return {
    id: 'trial',
    title: 'A trial',
    question: 'Does the machinery work?',
    claims: [{ place: '§0', text: 'It does.' }],
    criterion: 'Reproduced if there are two groups.',
    grids: { quick: { points, seeds: [0, 1] }, full: { points, seeds: [0, 1, 2] } },
    decide: (groups) => ({
      outcome: groups.length === 2 ? 'reproduced' : 'not reproduced',
      because: 'It was counted.',
    }),
    values: (groups) => ({
      'final/loss': {
        value: groups[1]!.series.at(-1)!.measures.validationLoss!.mean,
        format: 'nats',
        digits: 2,
        description: 'loss on held-out text',
      },
    }),
  };
}

const versions: CodeVersions = { engine: '1', training: '1', measures: '1', corpus: '1', tokenizer: '1' };

export interface TrialPipeline {
  folder: string;
  runs: string;
  /** Carries out a command line. */
  pipeline(...args: string[]): Promise<{ exitStatus: number; out: string; err: string }>;
  /** Reads an exported file or a run. */
  json(path: string): Record<string, never>;
  remove(): void;
}

export interface TrialOptions {
  experiments?: Experiment[];
  versions?: Partial<CodeVersions>;
  /** Interrupts the command when this text appears in its output; `signals` listens for those of the system. */
  interruptAt?: string | { signals: true };
  /** Trains on the real corpora by the real engine. */
  real?: boolean;
  /** Sees the output as it comes. */
  onOutput?(text: string): void;
}

/** What stands in place of the real corpora and the real engine. */
function madeUp(options: TrialOptions): Partial<CommandContext> {
  return {
    versionsOf: () => ({ ...versions, ...options.versions }),
    provenanceOf: async (id: string) => ({
      id,
      title: 'Made-up text',
      source: 'this test',
      licence: 'CC0-1.0',
      sha256: '0'.repeat(64),
      documents: 40,
      bytes: 360,
    }),
    worker: new URL('./job.fixture.mjs', import.meta.url),
  };
}

export function trialPipeline(options: TrialOptions = {}): TrialPipeline {
  const folder = fs.mkdtempSync(join(tmpdir(), 'first-token-cli-'));
  const results = join(folder, 'results');
  return {
    folder,
    runs: join(results, 'runs'),
    json: (path) => JSON.parse(fs.readFileSync(join(results, path), 'utf8')),
    remove: () => fs.rmSync(folder, { recursive: true }),
    async pipeline(...args) {
      const controller = new AbortController();
      const { interruptAt } = options;
      const listen = (say: (line: string) => void): Interrupts =>
        typeof interruptAt === 'object' ? listenForInterrupts(say) : { signal: controller.signal, dispose() {} };
      const written = { out: '', err: '' };
      const out = {
        write(text: string) {
          written.out += text;
          options.onOutput?.(text);
          if (typeof interruptAt === 'string' && text.includes(interruptAt)) controller.abort();
        },
      };
      const err = {
        write(text: string) {
          written.err += text;
        },
      };
      const replaced = {
        experiments: options.experiments ?? [trialExperiment()],
        listenForInterrupts: listen,
        ...(options.real ? {} : madeUp(options)),
      };
      const places = ['--results', results, '--work', join(folder, 'work')];
      const exitStatus = await main([...places, ...args], { out, err, replaced });
      return { exitStatus, ...written };
    },
  };
}
