/** The page's side of a verification: fetches the run, owns the worker, and keeps the state that is drawn. */
import { checkpointPath } from '../../results/checkpoints.ts';
import type { Run } from '../../results/schema.ts';
import type { Stretch } from '../../results/stretch.ts';
import { obstacleTo, obstacleToStart, type Problem } from './compare.ts';
import type { FromWorker, ToWorker } from './protocol.ts';
import { type Choice, digestOf, type SiteFacts } from './runs.ts';
import { type Action, canContinue, IDLE, isAtEnd, reduce, type Verification } from './verification.ts';

/** The part of a Worker that is used, so that a test can stand in for it. */
export interface WorkerLike {
  postMessage(message: ToWorker): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

export interface SessionParts {
  site: SiteFacts;
  /** The site's root, ending in a slash. */
  root: string;
  createWorker: () => WorkerLike;
  /** The text of a file of this site. */
  fetchText: (address: string) => Promise<string>;
  /** `readRun` of `results/load.ts`, which is loaded when it is needed. */
  readRun: (text: string, file: string) => Promise<Run>;
  onChange: (state: Verification) => void;
}

export class Session {
  #state: Verification = IDLE;
  #worker: WorkerLike | null = null;
  /** Counts beginnings: what was fetched for an earlier one is no longer wanted. */
  #beginning = 0;

  constructor(readonly parts: SessionParts) {}

  get state(): Verification {
    return this.#state;
  }

  /** Verifies a stretch of a run: from its first weights, or from one of its checkpoints, to an evaluation. */
  async begin({ group, run: entry }: Choice, stretch: Stretch): Promise<void> {
    const { root, site, fetchText, readRun, createWorker } = this.parts;
    this.dispose();
    const beginning = ++this.#beginning;
    const { text, tokenizer } = group;
    const checkpoint = entry.checkpoints.find(({ step }) => step === stretch.from);
    const hash = checkpoint ? { checkpoint: checkpoint.sha256 } : {};
    this.#apply({ type: 'begin', stretch, expected: { text, tokenizer, kernels: site.kernels, ...hash } });
    const file = `results/runs/${entry.id}.json`;
    let run: Run;
    try {
      run = await readRun(await fetchText(`${root}${file}`), file);
      if (run.id !== entry.id) throw new Error(`${file} holds run ${run.id}`);
    } catch (error) {
      if (beginning === this.#beginning) this.#fail(fileProblem(error));
      return;
    }
    if (beginning !== this.#beginning) return;
    const check = { about: 'file' as const, published: entry.digest, here: digestOf(run) };
    this.#apply({ type: 'fetched', run, file: check });
    const obstacle = obstacleTo(run, site.versions) ?? obstacleToStart(run, stretch.from, checkpoint !== undefined);
    if (obstacle) {
      this.#fail(obstacle);
      return;
    }
    try {
      this.#worker = createWorker();
      this.#listenTo(this.#worker);
      const { specification, evaluations } = run;
      const from = checkpoint && {
        step: checkpoint.step,
        address: root + checkpointPath({ run: run.id, step: checkpoint.step }),
        before: evaluations.filter(({ step }) => step < checkpoint.step),
      };
      this.#worker.postMessage({ type: 'start', specification, root, from: from ?? null, until: stretch.to });
    } catch {
      this.#fail(NO_WORKER);
    }
  }

  /** Rests after the step that is being computed; what has not begun to train is given up. */
  stop(): void {
    this.#apply({ type: 'stop' });
    if (this.#state.phase === 'stopped') this.#worker?.postMessage({ type: 'stop' });
    else if (this.#state.phase === 'idle') this.dispose();
  }

  /** Goes on from where it rests to the evaluation at step `until`. */
  continue(until: number): void {
    if (!canContinue(this.#state)) return;
    this.#apply({ type: 'continue', until });
    this.#worker?.postMessage({ type: 'continue', until });
  }

  reset(): void {
    this.dispose();
    this.#apply({ type: 'reset' });
  }

  dispose(): void {
    this.#beginning++;
    if (this.#worker) {
      this.#worker.onmessage = null;
      this.#worker.onerror = null;
      this.#worker.terminate();
      this.#worker = null;
    }
  }

  #apply(action: Action): void {
    const next = reduce(this.#state, action);
    if (next === this.#state) return;
    this.#state = next;
    this.parts.onChange(next);
  }

  #listenTo(worker: WorkerLike): void {
    let spoke = false;
    worker.onmessage = ({ data }) => {
      spoke = true;
      this.#apply({ type: 'message', message: data });
      const { phase } = this.#state;
      if (phase === 'refuted' || phase === 'failed' || isAtEnd(this.#state)) this.dispose();
    };
    worker.onerror = () => this.#fail(spoke ? DEAD_WORKER : NO_WORKER);
  }

  #fail(problem: Problem): void {
    this.dispose();
    this.#apply({ type: 'fail', problem });
  }
}

const NO_WORKER: Problem = {
  message: 'The worker that trains could not be started.',
  remedy: 'Reload the page. If that does not help, this browser, or a setting of it, does not let pages use workers.',
};

const DEAD_WORKER: Problem = {
  message: 'The worker that trains has died.',
  remedy: 'Verify again; if it happens again, close other tabs.',
};

function fileProblem(error: unknown): Problem {
  const message = error instanceof Error ? error.message : String(error);
  return {
    message: `The file of the run cannot be used: ${message.replace(/\.?$/, '.')}`,
    remedy: 'Reload the page; if it lasts, this copy of the site is incomplete or was changed.',
  };
}
