/** What the three explorers share: the model that is open, the reader's text, and what is wrong. */
import type { ModelChoice } from './choices.ts';
import { faultOf, type ModelFault } from './fault.ts';
import type { OpenModel } from './open-model.ts';
import type { ReadText } from './text.ts';

/** Milliseconds after the last key before a text is read. */
const PAUSE = 100;

/** A text that was read, with the model that read it. */
export interface Read {
  model: OpenModel;
  text: ReadText;
}

export interface ReaderParts {
  root: string;
  models: readonly ModelChoice[];
  text: string;
  /** Called with each text that has at least so many tokens, in order; what it throws is shown. */
  leastTokens: number;
  onRead: (read: Read) => void | Promise<void>;
}

export class Reader {
  text = $state('');
  bos = $state(true);
  chosen = $state(0);
  cut = $state('');
  tokens = $state(0);
  /** The most tokens that the model reads. */
  length = $state(0);
  tooShort = $state(false);
  fault: ModelFault | null = $state.raw(null);
  loading = $state(false);
  #parts: ReaderParts;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #latest = 0;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
    this.text = parts.text;
    this.bos = parts.models[0]!.bos;
    this.length = parts.models[0]!.length;
  }

  /** What the reader changed; another model brings its own way to begin a text. */
  change({ text, bos, chosen }: { text?: string; bos?: boolean; chosen?: number }): void {
    if (text !== undefined) this.text = text;
    if (chosen !== undefined) {
      this.chosen = chosen;
      this.bos = this.#parts.models[chosen]!.bos;
    }
    if (bos !== undefined) this.bos = bos;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.read(), text === undefined ? 0 : PAUSE);
  }

  /** Opens the model, if it is not open, and reads the text. */
  async read(): Promise<void> {
    const turn = ++this.#latest;
    const { root, models, leastTokens, onRead } = this.#parts;
    this.loading = true;
    try {
      const { fetchModel, readText } = await import('./live.ts');
      const model = await fetchModel(root, models[this.chosen]!.name);
      if (turn !== this.#latest) return;
      const text = readText(this.text, model.tokenizer, {
        bos: this.bos,
        length: model.config.contextLength,
      });
      this.cut = text.cut;
      this.tokens = text.ids.length;
      this.length = model.config.contextLength;
      this.tooShort = text.ids.length < leastTokens;
      if (!this.tooShort) await onRead({ model, text });
      if (turn === this.#latest) this.fault = null;
    } catch (error) {
      if (turn === this.#latest) this.fault = faultOf(error);
    } finally {
      if (turn === this.#latest) this.loading = false;
    }
  }
}
