/**
 * The settings of a live run: one table of knobs, and their way into the address and back.
 * The defaults are the published experiment's own specification; the address holds only what differs from it.
 */
import type { Device as TensorflowDevice } from '../../engine/tensorflow/backend.ts';
import type { RunSpecification } from '../../training/specification.ts';

/** What computes: the kernels, or TensorFlow.js on one of its devices. */
export type Device = 'kernels' | TensorflowDevice;

type Data = RunSpecification['data'];

/** What the reader can choose. */
export interface Settings {
  seed: number;
  /** T */
  contextLength: number;
  /** L */
  layers: number;
  /** H */
  heads: number;
  /** D */
  width: number;
  peakLearningRate: number;
  /** B */
  sequencesPerStep: number;
  steps: number;
  bos: Data['bos'];
  mask: Data['mask'];
  device: Device;
}

export type KnobName = keyof Settings;

export interface Choice<T> {
  value: T;
  label: string;
}

interface KnobText {
  label: string;
  /** What it does, in a sentence. */
  help: string;
  /** Its name in the address. */
  key: string;
}

/** A knob for a value of type T. */
export type Knob<T = number | string> = KnobText &
  (
    | { kind: 'whole'; min: number; max: number }
    | { kind: 'real'; min: number; max: number }
    | { kind: 'choice'; choices: readonly Choice<T>[] }
  );

export type Knobs = { [Name in KnobName]: Knob<Settings[Name]> };

/** The version of the address's form; raise it when a key changes its meaning. */
export const ADDRESS_VERSION = 1;
export const VERSION_KEY = 'rerun';

const sizes = (...values: number[]): Choice<number>[] => values.map((value) => ({ value, label: String(value) }));

/** Every knob there is, in the order in which they are shown. Sizes end where a browser tab would run out of breath. */
export const KNOBS: Knobs = {
  seed: {
    label: 'Seed',
    help: 'Draws the first weights and the order of the text. Every seed is another run; the same seed is the same run.',
    key: 'seed',
    kind: 'whole',
    min: 0,
    max: 2 ** 32 - 1,
  },
  steps: {
    label: 'Steps',
    help: 'Updates of the weights. The learning rate falls towards the last of them.',
    key: 'steps',
    kind: 'whole',
    min: 1,
    max: 10_000,
  },
  peakLearningRate: {
    label: 'Peak learning rate',
    help: 'How far one update moves, once warmed up. High rates bring sinks sooner, until training breaks.',
    key: 'rate',
    kind: 'real',
    min: 1e-5,
    max: 0.1,
  },
  contextLength: {
    label: 'Context length',
    help: 'Tokens in a sequence: the furthest a token can look back.',
    key: 'context',
    kind: 'choice',
    choices: sizes(8, 16, 32, 64, 128),
  },
  sequencesPerStep: {
    label: 'Sequences a step',
    help: 'How many sequences one update learns from.',
    key: 'batch',
    kind: 'choice',
    choices: sizes(1, 2, 4, 8, 16, 32, 64, 128),
  },
  layers: {
    label: 'Layers',
    help: 'Blocks of attention and MLP, one upon another.',
    key: 'layers',
    kind: 'choice',
    choices: sizes(1, 2, 3, 4, 6, 8),
  },
  heads: {
    label: 'Heads a layer',
    help: 'Attention maps of a layer; they share its width.',
    key: 'heads',
    kind: 'choice',
    choices: sizes(1, 2, 4, 8),
  },
  width: {
    label: 'Width',
    help: 'Channels that carry each token through the model.',
    key: 'width',
    kind: 'choice',
    choices: sizes(16, 32, 48, 64, 96, 128),
  },
  bos: {
    label: 'Where <bos> stands',
    help: 'A token that begins text and means nothing else: the natural place for a sink.',
    key: 'bos',
    kind: 'choice',
    choices: [
      { value: 'fixed', label: 'first in every sequence' },
      { value: 'document', label: 'before every document' },
      { value: 'none', label: 'nowhere' },
    ],
  },
  mask: {
    label: 'A token may attend to',
    help: 'A sequence holds pieces of several documents. May a token look past the start of its own?',
    key: 'mask',
    kind: 'choice',
    choices: [
      { value: 'causal', label: 'all earlier tokens' },
      { value: 'document', label: 'its own document only' },
    ],
  },
  device: {
    label: 'Computed by',
    help: 'The kernels are this site’s own and give the same bits everywhere. TensorFlow.js is the same model by other hands; before it trains, its gradients are compared with theirs on your device.',
    key: 'device',
    kind: 'choice',
    choices: [
      { value: 'kernels', label: 'kernels in WebAssembly' },
      { value: 'wasm', label: 'TensorFlow.js, WebAssembly' },
      { value: 'webgpu', label: 'TensorFlow.js, WebGPU' },
      { value: 'webgl', label: 'TensorFlow.js, WebGL' },
      { value: 'cpu', label: 'TensorFlow.js, plain JavaScript' },
    ],
  },
};

export const KNOB_NAMES = Object.keys(KNOBS) as KnobName[];

const DEVICE_OF_ENGINE: Record<RunSpecification['engine'], Device> = {
  kernels: 'kernels',
  'tensorflow/wasm': 'wasm',
  'tensorflow/cpu': 'cpu',
};

/** The settings that train the published run of this specification again. */
export function settingsOf({ model, data, training, engine, seed }: RunSpecification): Settings {
  const { contextLength, layers, heads, width } = model;
  const { peakLearningRate, sequencesPerStep, steps } = training;
  return {
    ...{ seed, contextLength, layers, heads, width, peakLearningRate, sequencesPerStep, steps },
    ...{ bos: data.bos, mask: data.mask, device: DEVICE_OF_ENGINE[engine] },
  };
}

/** A knob's choices, the default among them even where the table does not know it. */
export function choicesOf<T extends number | string>(knob: Knob<T>, standard: T): readonly Choice<T>[] {
  if (knob.kind !== 'choice') return [];
  if (knob.choices.some(({ value }) => value === standard)) return knob.choices;
  const choices = [...knob.choices, { value: standard, label: String(standard) }];
  return choices.sort((a, b) => (typeof a.value === 'number' && typeof b.value === 'number' ? a.value - b.value : 0));
}

/** What a knob takes, in words: "a whole number from 0 to 9". */
export function rangeOf<T extends number | string>(knob: Knob<T>, standard: T): string {
  switch (knob.kind) {
    case 'whole':
      return `a whole number from ${knob.min} to ${knob.max}`;
    case 'real':
      return `a number from ${knob.min} to ${knob.max}`;
    case 'choice':
      return `one of ${choicesOf(knob, standard)
        .map(({ value }) => value)
        .join(', ')}`;
  }
}

/** The value a text stands for, or undefined where the knob does not take it. */
export function readKnob<T extends number | string>(knob: Knob<T>, text: string, standard: T): T | undefined {
  switch (knob.kind) {
    case 'whole':
      return /^\d{1,15}$/.test(text) ? within(Number(text), knob) : undefined;
    case 'real':
      return /^\d*\.?\d+(e[+-]?\d{1,3})?$/i.test(text) ? within(Number(text), knob) : undefined;
    case 'choice':
      return choicesOf(knob, standard).find(({ value }) => String(value) === text)?.value;
  }
  function within(value: number, { min, max }: { min: number; max: number }): T | undefined {
    return value >= min && value <= max ? (value as T) : undefined;
  }
}

export interface Read<S> {
  settings: S;
  /** What could not be used: the knob, the value, what it takes, and what stands in its place. */
  complaints: string[];
}

/** How settings stand in an address: a table of knobs and, under a key of its own, the version of its form. */
export interface AddressForm<S> {
  knobs: { [Name in keyof S]: Knob<S[Name] & (number | string)> };
  versionKey: string;
  version: number;
}

const FORM: AddressForm<Settings> = { knobs: KNOBS, versionKey: VERSION_KEY, version: ADDRESS_VERSION };

/** What an address asks of the live run. */
export function readAddress(query: string, defaults: Settings): Read<Settings> {
  return readSettings(FORM, query, defaults);
}

/** The query with the live run's settings written into it. */
export function writeAddress(settings: Settings, defaults: Settings, query = ''): string {
  return writeSettings(FORM, settings, defaults, query);
}

/** The knobs that do not stand at their default. */
export function changedKnobs(settings: Settings, defaults: Settings): KnobName[] {
  return KNOB_NAMES.filter((name) => settings[name] !== defaults[name]);
}

/**
 * The settings an address asks for; whatever it holds, this never throws. A value that a knob does not take leaves
 * the knob at its default and is complained of.
 * @param query the address's query, `?rerun=1&seed=3`; keys that belong to no knob are left alone.
 */
export function readSettings<S extends object>(form: AddressForm<S>, query: string, defaults: S): Read<S> {
  const { knobs, versionKey, version: ours } = form;
  const parameters = new URLSearchParams(query);
  const settings = { ...defaults };
  const complaints: string[] = [];
  const version = parameters.get(versionKey);
  if (version !== null && version !== String(ours)) {
    complaints.push(
      `${versionKey}=${excerpt(version)} is an address of another version than this page’s, ${ours}; using what can be read of it`,
    );
  }
  for (const name of Object.keys(knobs) as (keyof S)[]) readOne(name);
  return { settings, complaints };

  function readOne<Name extends keyof S>(name: Name): void {
    const knob = knobs[name];
    const given = parameters.getAll(knob.key);
    if (given.length === 0) return;
    const standard = defaults[name] as S[Name] & (number | string);
    const value = given.length === 1 ? readKnob(knob, given[0]!, standard) : undefined;
    if (value !== undefined) settings[name] = value;
    else if (given.length > 1) complaints.push(`${knob.key} is given ${given.length} times; using ${standard}`);
    else complaints.push(`${knob.key}=${excerpt(given[0]!)} is not ${rangeOf(knob, standard)}; using ${standard}`);
  }
}

/** The query with the settings written into it; what is not ours stays as it is. Empty when nothing differs. */
export function writeSettings<S extends object>(form: AddressForm<S>, settings: S, defaults: S, query = ''): string {
  const { knobs, versionKey, version } = form;
  const names = Object.keys(knobs) as (keyof S)[];
  const parameters = new URLSearchParams(query);
  parameters.delete(versionKey);
  for (const name of names) parameters.delete(knobs[name].key);
  const changed = names.filter((name) => settings[name] !== defaults[name]);
  if (changed.length > 0) parameters.set(versionKey, String(version));
  for (const name of changed) parameters.set(knobs[name].key, String(settings[name]));
  const written = parameters.toString();
  return written === '' ? '' : `?${written}`;
}

/** Long nonsense is quoted by its beginning. */
export function excerpt(text: string): string {
  return text.length > 32 ? `${text.slice(0, 32)}…` : text;
}
