/** Up to four runs side by side, each with a worker of its own, and their keeping over a reload. */
import type { Plan } from '../lab/plan.ts';
import { INITIAL, isActive, isWorking, type LabState, type LiveRun } from '../lab/protocol.ts';
import { Session, type WorkerLike } from '../lab/session.ts';
import type { LabSettings } from './knobs.ts';
import { encodeRun, type SavedRun } from './run-file.ts';
import type { Store } from './store.ts';

/** Places on the stage, each with a colour. */
export const PLACES = 4;

export interface StagedRun {
  /** From 0. */
  place: number;
  /** The reader's own text that it trains on, or null. */
  text: string | null;
  lab: LabState<LabSettings>;
  /** The run as it was when it was last kept: what is saved, and gone on from. */
  kept: LiveRun<LabSettings> | null;
}

export interface StageParts {
  /** The site's root, ending in a slash. */
  root: string;
  planOf(settings: LabSettings, text: string | null): Plan;
  createWorker(): WorkerLike;
  /** Told once, when the browser does not keep what it is given. */
  onStoreFailed(): void;
  /** A run has come to its end; how fast it went is known now. */
  onFinished(live: LiveRun<LabSettings>): void;
}

/** Milliseconds between two writes of the same run, while it goes on. */
const WRITE_EVERY = 400;

export class Stage {
  runs: readonly StagedRun[] = $state.raw([]);
  readonly #sessions = new Map<number, Session<LabSettings>>();
  /** The places that are being written, with what ends the wait between two writes. */
  readonly #writing = new Map<number, () => void>();
  #store: Store | null = null;

  constructor(readonly parts: StageParts) {}

  /** From now on runs are kept there. */
  keepIn(store: Store): void {
    this.#store = store;
  }

  get freePlace(): number | null {
    const free = Array.from({ length: PLACES }, (_, place) => place).find((place) => !this.at(place));
    return free ?? null;
  }

  at(place: number): StagedRun | undefined {
    return this.runs.find((run) => run.place === place);
  }

  /** Starts a run in a free place, and returns the place; null when there is none. */
  begin(settings: LabSettings, text: string | null, paused = false): number | null {
    const place = this.freePlace;
    if (place === null) return null;
    this.#take(place, text).begin(settings, paused);
    return place;
  }

  /** Shows a run that was saved, in a free place or the one given. */
  open({ live, text }: SavedRun, place = this.freePlace): number | null {
    if (place === null || this.at(place)) return null;
    const session = this.#take(place, text);
    session.open(live);
    this.#change(place, { kept: live });
    void this.#write(place);
    return place;
  }

  pause(place: number): void {
    this.#sessions.get(place)?.pause('reader');
  }

  resume(place: number): void {
    this.#sessions.get(place)?.resume();
  }

  step(place: number): void {
    const live = this.at(place)?.lab.live;
    if (live) this.#sessions.get(place)?.step(live.settings);
  }

  stop(place: number): void {
    this.#sessions.get(place)?.stop();
  }

  /** Goes on from where the run was last kept. */
  continue(place: number): void {
    const from = this.at(place)?.kept?.kept;
    if (from) this.#sessions.get(place)?.continue(from);
  }

  remove(place: number): void {
    this.#sessions.get(place)?.dispose();
    this.#sessions.delete(place);
    this.runs = this.runs.filter((run) => run.place !== place);
    void this.#write(place);
  }

  dispose(): void {
    for (const session of this.#sessions.values()) session.dispose();
  }

  #take(place: number, text: string | null): Session<LabSettings> {
    const working = this.runs.filter(({ lab }) => isWorking(lab)).length;
    const session = new Session<LabSettings>({
      root: this.parts.root,
      planOf: (settings) => this.parts.planOf(settings, text),
      // Runs that go on at once share the processors.
      processors: Math.floor(navigator.hardwareConcurrency / (1 + working)),
      createWorker: this.parts.createWorker,
      keepsEnd: true,
      onChange: (lab) => this.#changed(place, lab),
    });
    this.#sessions.set(place, session);
    this.runs = [...this.runs, { place, text, lab: INITIAL, kept: null }].sort((a, b) => a.place - b.place);
    return session;
  }

  #changed(place: number, lab: LabState<LabSettings>): void {
    const before = this.at(place);
    if (!before) return;
    this.#change(place, { lab });
    const { live } = lab;
    if (live?.kept && live.kept !== before.kept?.kept && isActive(lab)) {
      this.#change(place, { kept: live });
      void this.#write(place);
    }
    // What came last is not to wait: the reader may be about to leave.
    if (!isActive(lab)) this.#writing.get(place)?.();
    if (live && lab.phase === 'finished' && before.lab.phase !== 'finished') this.parts.onFinished(live);
  }

  #change(place: number, change: Partial<StagedRun>): void {
    this.runs = this.runs.map((run) => (run.place === place ? { ...run, ...change } : run));
  }

  /** Writes the run of a place as it was kept last, again and again while it changes meanwhile; an empty place empties. */
  async #write(place: number): Promise<void> {
    const store = this.#store;
    if (store === null || this.#writing.has(place)) return;
    this.#writing.set(place, () => {});
    try {
      let written: LiveRun<LabSettings> | null | undefined;
      for (;;) {
        const run = this.at(place);
        const kept = run?.kept ?? null;
        if (kept === written) break;
        await store.keepRun(place, run && kept ? encodeRun({ live: kept, text: run.text }) : null);
        written = kept;
        const now = this.at(place);
        if (now && isActive(now.lab)) {
          await new Promise<void>((resolve) => {
            this.#writing.set(place, resolve);
            setTimeout(resolve, WRITE_EVERY);
          });
        }
      }
    } catch {
      this.#store = null;
      this.parts.onStoreFailed();
    } finally {
      this.#writing.delete(place);
    }
  }
}
