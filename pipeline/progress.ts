/**
 * Shows how far the runs are: on a terminal a live line a running job and one for all, elsewhere (a log) plain lines
 * at a humane rate.
 */
import type { Job, Observer, Outcome } from './scheduler.ts';

/** Where lines go; `process.stdout` is one. */
export interface Terminal {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

/** Milliseconds between two drawings on a terminal, and between two reports in a log. */
const DRAW_EVERY = 250;
const REPORT_EVERY = 20_000;

interface RunningJob {
  job: Job;
  /** When its first step was told, and which; a pace cannot be known before. */
  firstAt: number | null;
  firstStep: number;
  step: number;
  loss: number | null;
  lastAt: number;
}

/** Lines on a terminal that say how far each running job is and how long the rest will take; plain lines in a pipe. */
export class ProgressDisplay implements Observer {
  private readonly running = new Map<Job, RunningJob>();
  private readonly tokensWaiting = new Map<Job, number>();
  private readonly tokensTotal: number;
  private endedJobs = 0;
  private drawnLines = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly jobs: readonly Job[],
    private readonly terminal: Terminal,
    private readonly now: () => number = () => performance.now(),
  ) {
    for (const job of jobs) this.tokensWaiting.set(job, job.steps * job.tokensPerStep);
    this.tokensTotal = sum(this.tokensWaiting.values());
    const live = terminal.isTTY === true;
    this.timer = setInterval(() => (live ? this.draw() : this.report()), live ? DRAW_EVERY : REPORT_EVERY);
    this.timer.unref();
  }

  started(job: Job): void {
    this.tokensWaiting.delete(job);
    const at = this.now();
    this.running.set(job, { job, firstAt: null, firstStep: 0, step: 0, loss: null, lastAt: at });
    if (!this.terminal.isTTY) this.line(`begins    ${job.run.label}`);
  }

  step(job: Job, step: number, loss: number): void {
    const running = this.running.get(job);
    if (!running) return;
    if (running.firstAt === null) Object.assign(running, { firstAt: this.now(), firstStep: step });
    Object.assign(running, { step, loss, lastAt: this.now() });
  }

  notice(job: Job, text: string): void {
    this.line(`note      ${job.run.label}: ${text}`);
  }

  ended(outcome: Outcome): void {
    const { job } = outcome;
    const left = (job.steps - (this.running.get(job)?.step ?? 0)) * job.tokensPerStep;
    this.running.delete(job);
    this.endedJobs++;
    if (outcome.status === 'stopped') this.tokensWaiting.set(job, left);
    if (outcome.status === 'finished') this.line(`finished  ${job.run.label}`);
    else if (outcome.status === 'stopped') this.line(`stopped   ${job.run.label}`);
    else this.line(`failed    ${job.run.label}: ${outcome.message}`);
  }

  /** A line that stays. */
  line(text: string): void {
    this.erase();
    this.terminal.write(`${text}\n`);
    if (this.terminal.isTTY) this.draw();
  }

  /** Ends the display; nothing is drawn afterwards. */
  close(): void {
    clearInterval(this.timer);
    this.erase();
  }

  private draw(): void {
    this.erase();
    if (this.running.size === 0) return;
    // A terminal that does not know its width says 0.
    const width = (this.terminal.columns || 80) - 1;
    const lines = this.currentLines().map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line));
    this.terminal.write(`${lines.join('\n')}\n`);
    this.drawnLines = lines.length;
  }

  private erase(): void {
    if (this.drawnLines > 0) this.terminal.write(`\u001b[${this.drawnLines}A\u001b[0J`);
    this.drawnLines = 0;
  }

  private report(): void {
    for (const line of this.currentLines()) this.line(line);
  }

  private currentLines(): string[] {
    return [...[...this.running.values()].map((running) => this.jobLine(running)), this.totalLine()];
  }

  private jobLine(running: RunningJob): string {
    const { job, step, loss } = running;
    const pace = paceOf(running);
    const left = pace === null ? '' : `, ${duration(((job.steps - step) * job.tokensPerStep) / pace)} left`;
    const told = loss === null ? 'getting ready' : `loss ${loss.toFixed(3)}, ${perSecond(pace)}${left}`;
    // The step stands last: a narrow terminal may cut it off, the percentage says the same.
    return `${percent(step / job.steps)}  ${job.run.label}: ${told} (step ${step}/${job.steps})`;
  }

  private totalLine(): string {
    const running = [...this.running.values()];
    const left = running.map(({ job, step }) => (job.steps - step) * job.tokensPerStep);
    const tokensLeft = sum(left) + sum(this.tokensWaiting.values());
    const paces = running.map(paceOf);
    const pace = sum(paces.map((value) => value ?? 0));
    // The last jobs do not fill every thread: then the longest of them says when all is done.
    const longest = Math.max(0, ...left.map((tokens, i) => (paces[i] ? tokens / paces[i] : 0)));
    const time = pace === 0 ? '' : `, ${duration(Math.max(tokensLeft / pace, longest))} left`;
    const done = this.tokensTotal === 0 ? 1 : 1 - tokensLeft / this.tokensTotal;
    return `${percent(done)}  ${this.endedJobs} of ${this.jobs.length} runs ended, ${perSecond(pace || null)}${time}`;
  }
}

/** Tokens a second since the first step that was told; null until there are two. */
function paceOf({ job, firstAt, firstStep, step, lastAt }: RunningJob): number | null {
  if (firstAt === null || lastAt <= firstAt) return null;
  return ((step - firstStep) * job.tokensPerStep * 1000) / (lastAt - firstAt);
}

function perSecond(pace: number | null): string {
  return pace === null ? '- tokens/s' : `${Math.round(pace).toLocaleString('en')} tokens/s`;
}

function percent(share: number): string {
  return `${Math.floor(100 * share)} %`.padStart(5);
}

/** `8 s`, `2 min 5 s`, `3 h 12 min` */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
