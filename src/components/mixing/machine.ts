/** The mixing machine as its page needs it: knobs, presets, one run with its measures, and the same in words. */
import { keptShare, leftInTheLongRun, type Settings, statesOf, tokenVectors, WIDTH } from './averaging.ts';
import { type Measure, type Measured, measure } from './depth-measures.ts';
import { type Plane, principalPlane, project } from './projection.ts';

export interface Knob {
  label: string;
  min: number;
  max: number;
  step: number;
  /** How the value is written, in a label and to a screen reader. */
  write(value: number): string;
}

const whole = (value: number) => String(value);
const percent = (value: number) => `${Math.round(100 * value)}\u202f%`;

export const KNOBS: Record<keyof Settings, Knob> = {
  skip: { label: 'Skip connection', min: 0, max: 1, step: 0.05, write: percent },
  sink: { label: 'Attention on sink', min: 0, max: 0.95, step: 0.05, write: percent },
  layers: { label: 'Layers', min: 1, max: 32, step: 1, write: whole },
  tokens: { label: 'Tokens', min: 4, max: 64, step: 1, write: whole },
  heads: { label: 'Heads', min: 1, max: 8, step: 1, write: whole },
};

export type PresetId = 'alone' | 'skip' | 'sink';
type Mixing = Pick<Settings, 'skip' | 'sink'>;

/** The three machines that the argument compares; depth, length and heads stay as they are. */
export const PRESETS: readonly { id: PresetId; label: string; mixing: Mixing }[] = [
  { id: 'alone', label: 'Attention alone', mixing: { skip: 0, sink: 0 } },
  { id: 'skip', label: 'With a skip connection', mixing: { skip: 1, sink: 0 } },
  { id: 'sink', label: 'With skip and sink', mixing: { skip: 1, sink: 0.8 } },
];

export const DEFAULTS: Settings = { tokens: 16, layers: 12, heads: 1, skip: 0, sink: 0 };

export function withPreset(settings: Settings, id: PresetId): Settings {
  return { ...settings, ...PRESETS.find((preset) => preset.id === id)!.mixing };
}

export function presetOf({ skip, sink }: Settings): PresetId | null {
  return PRESETS.find(({ mixing }) => mixing.skip === skip && mixing.sink === sink)?.id ?? null;
}

export interface Run {
  settings: Settings;
  /** By layer, from the tokens as they came: n points. */
  points: [number, number][][];
  measured: Measured[];
  /** kappa */
  kept: number;
}

/** The plane that all runs with as many tokens are drawn in, and how far its points reach from the origin. */
export function viewOf(tokens: number): Plane & { reach: number } {
  const vectors = tokenVectors(tokens);
  const plane = principalPlane(vectors, WIDTH);
  const reach = project(vectors, WIDTH, plane).reduce((most, [x, y]) => Math.max(most, Math.abs(x), Math.abs(y)), 0);
  return { ...plane, reach };
}

export function runMachine(settings: Settings): Run {
  const states = statesOf(settings);
  const plane = viewOf(settings.tokens);
  return {
    settings,
    points: states.map((layer) => project(layer, WIDTH, plane)),
    measured: states.map(measure),
    kept: keptShare(settings),
  };
}

/** How each measure is drawn and written. */
export const MEASURES: Record<
  Measure,
  { title: string; unit: string; top(tokens: number): number; write(value: number): string }
> = {
  residual: {
    title: 'Distance to the mean',
    unit: 'of the norm of all tokens',
    top: () => 1,
    write: (value) => (value < 0.01 ? '< 0.01' : value.toFixed(2)),
  },
  rank: {
    title: 'Effective rank',
    unit: 'directions the tokens take',
    top: (tokens) => Math.min(tokens, WIDTH),
    write: (value) => value.toFixed(1),
  },
  lastTwo: {
    title: 'Distance of the last two',
    unit: 'of the norm of the last',
    top: () => 2,
    write: (value) => (value < 0.01 ? '< 0.01' : value.toFixed(2)),
  },
};

/** What the picture shows at a layer, for those who do not see it. */
export function inWords({ settings, measured }: Run, layer: number): string {
  const now = measured[layer]!;
  const start = measured[0]!;
  const place = layer === 0 ? 'Before the first layer' : `After layer ${layer} of ${settings.layers}`;
  const change = (key: Measure) =>
    layer === 0
      ? MEASURES[key].write(now[key])
      : `${MEASURES[key].write(now[key])}, from ${MEASURES[key].write(start[key])}`;
  return `${place}, ${settings.tokens} tokens: distance to their mean ${change('residual')}; effective rank ${change('rank')}; distance of the last two ${change('lastTwo')}.`;
}

/** What a layer of this machine does, in one or two sentences. */
export function layerInWords({ settings, kept }: Run): string {
  const left = percent(leftInTheLongRun(kept));
  if (settings.skip === 0) {
    const useless =
      settings.sink > 0
        ? ' Without a skip connection the sink only makes all vectors smaller, and what sets them apart shrinks as before.'
        : '';
    return `Each layer replaces a token by the mean of itself and all before it. In the long run ${left} of what sets tokens apart outlives a layer.${useless}`;
  }
  return `Each layer keeps ${percent(kept)} of a token and takes ${percent(1 - kept)} from the mean of itself and all before it. In the long run ${left} of what sets tokens apart outlives a layer.`;
}
