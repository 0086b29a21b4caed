/**
 * A run as a file: what is needed to show it and to go on with it, to the same bits. Magic `FTRN`, the header's length as
 * a little-endian uint32, the header as JSON, then little-endian float32 losses and attention maps, then the engine's
 * checkpoint to the end.
 *
 * A file may come from anywhere: sizes are limited before anything is parsed, everything is checked, nothing can run.
 */
import { z } from 'zod';
import { CheckpointError, decodeCheckpoint } from '../../engine/checkpoint.ts';
import { evaluation } from '../../results/schema.ts';
import { MOST_CHARACTERS } from '../lab/own-text.ts';
import type { LiveSpecification } from '../lab/plan.ts';
import type { LiveRun } from '../lab/protocol.ts';
import { type Knob, readKnob } from '../lab/state.ts';
import { LAB_DEFAULTS, LAB_KNOB_NAMES, LAB_KNOBS, type LabKnob, type LabSettings } from './knobs.ts';

/** A run and the text of the reader's own that it trains on, if it does. */
export interface SavedRun {
  live: LiveRun<LabSettings>;
  text: string | null;
}

/** Bytes that cannot be used; the message says why, and what to do. */
export class RunFileError extends Error {
  override readonly name = 'RunFileError';
}

export const RUN_FILE_ENDING = '.ftrun';

/** Far beyond what a page can train. */
export const MOST_BYTES = 256 * 2 ** 20;
const MOST_HEADER_BYTES = 16 * 2 ** 20;

const MAGIC = 0x4e525446; // FTRN, read as a little-endian number
const VERSION = 1;
const PREFIX_BYTES = 8;

const label = z.string().max(64);
const header = z.strictObject({
  version: z.literal(VERSION),
  settings: z.record(z.string().max(64), z.union([z.string().max(64), z.number()])),
  text: z.string().max(MOST_CHARACTERS).nullable(),
  labels: z.array(label).max(4096),
  triggers: z.array(label).max(256),
  seconds: z.number().min(0).max(1e9),
  tokensPerSecond: z.number().min(0).max(1e12),
  evaluations: z.array(evaluation).min(1).max(100_000),
  losses: z.int().min(1),
  /** The step of the attention maps that follow, or null where there are none. */
  attention: z.int().min(0).nullable(),
});

/**
 * The file of a run, as it was when it was last kept; what it did after that is left out.
 * @throws {RunFileError} when nothing of it was kept yet.
 */
export function encodeRun({ live, text }: SavedRun): Uint8Array<ArrayBuffer> {
  const { kept, settings, labels, triggers, tokensPerSecond } = live;
  if (kept === null) throw new RunFileError('nothing of this run was kept yet; wait for its first measurement');
  const { step, evaluations, checkpoint } = kept.state;
  const attention = live.attention?.step === step ? live.attention : null;
  const written: z.infer<typeof header> = {
    ...{ version: VERSION, settings: { ...settings }, text },
    ...{ labels: [...labels], triggers: [...triggers], seconds: kept.seconds, tokensPerSecond },
    ...{ evaluations: [...evaluations], losses: step, attention: attention?.step ?? null },
  };
  const json = new TextEncoder().encode(JSON.stringify(written));
  const numbers = [live.losses.slice(0, step), attention?.maps ?? []];
  const count = numbers.reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(PREFIX_BYTES + json.length + 4 * count + checkpoint.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, json.length, true);
  bytes.set(json, PREFIX_BYTES);
  let at = PREFIX_BYTES + json.length;
  for (const values of numbers) {
    for (const value of values) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  bytes.set(checkpoint, at);
  return bytes;
}

/**
 * Reads a file.
 * @param specificationOf what the settings in it ask for, here
 * @param obstacleTo why a run cannot be gone on with in a page, or null
 * @throws {RunFileError} saying what is wrong.
 */
export function decodeRun(
  bytes: Uint8Array,
  specificationOf: (settings: LabSettings) => LiveSpecification,
  obstacleTo: (settings: LabSettings) => string | null,
): SavedRun {
  const { head, dataStart } = readHeader(bytes);
  const settings = readSettings(head.settings);
  const obstacle = obstacleTo(settings);
  if (obstacle !== null) throw new RunFileError(`the run in this file cannot be gone on with here. ${obstacle}`);
  const { model, training } = specificationOf(settings);
  const { layers: L, heads: H, contextLength: T } = model;

  const mapSize = head.attention === null ? 0 : L * H * T * T;
  const checkpointStart = dataStart + 4 * (head.losses + mapSize);
  if (checkpointStart > bytes.length) throw damaged('it is cut short');
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const losses = numbersAt(view, dataStart, head.losses, 'a loss');
  const maps = numbersAt(view, dataStart + 4 * head.losses, mapSize, 'an attention weight');
  // Bytes of their own: they are sent to a worker without the rest.
  const checkpoint = bytes.slice(checkpointStart);
  const step = stepOf(checkpoint, model);
  const last = head.evaluations.at(-1)!;
  if (step !== head.losses || step !== last.step || step > training.steps) {
    throw damaged(`its parts are of different steps, ${step}, ${head.losses} and ${last.step}`);
  }
  if (head.evaluations.some((each, index) => index > 0 && each.step <= head.evaluations[index - 1]!.step)) {
    throw damaged('its measurements are out of order');
  }
  const ofHeads = head.evaluations.flatMap((each) => [each.headFirstAttention, each.headFirstValueNorm]);
  if (ofHeads.some((rows) => rows.length !== L || rows.some((row) => row.length !== H))) {
    throw damaged('its measurements are of another number of heads');
  }
  if (head.labels.length !== T) throw damaged('the sequence that it shows has another length');
  if ((head.text !== null) !== (settings.source === 'own')) throw damaged('its text is not what its settings say');

  const { labels, triggers, seconds, tokensPerSecond, evaluations, text } = head;
  const attention = head.attention === null ? null : { step: head.attention, layers: L, heads: H, length: T, maps };
  const kept = { state: { step, lossSum: 0, evaluations, checkpoint }, seconds };
  return {
    text,
    live: {
      ...{ settings, totalSteps: training.steps, losses: [...losses], evaluations, attention, moments: [] },
      ...{ labels, triggers, agreement: null, kept, threads: 1, seconds, tokensPerSecond },
    },
  };
}

function readHeader(bytes: Uint8Array): { head: z.infer<typeof header>; dataStart: number } {
  if (bytes.length > MOST_BYTES) {
    throw new RunFileError(`it has ${bytes.length} bytes, more than the ${MOST_BYTES} that a run can have`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < PREFIX_BYTES || view.getUint32(0, true) !== MAGIC) {
    throw new RunFileError(`it is no saved run of this page; those end in ${RUN_FILE_ENDING}`);
  }
  const length = view.getUint32(4, true);
  if (length > MOST_HEADER_BYTES) throw damaged('its header is given as longer than any');
  const dataStart = PREFIX_BYTES + length;
  if (dataStart > bytes.length) throw damaged('it is cut short');
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(PREFIX_BYTES, dataStart)));
  } catch {
    throw damaged('its header cannot be read');
  }
  const parsed = header.safeParse(json);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw damaged(`${path.slice(0, 4).join('.') || 'its header'}: ${message.slice(0, 120)}`);
  }
  return { head: parsed.data, dataStart };
}

/** Every knob must be there, at a value that it takes: a default in its place would make another run of it. */
function readSettings(given: Record<string, string | number>): LabSettings {
  const settings: Partial<Record<LabKnob, string | number>> = {};
  for (const name of LAB_KNOB_NAMES) {
    const text = Object.hasOwn(given, name) ? String(given[name]) : '';
    const value = readKnob(LAB_KNOBS[name] as Knob, text, LAB_DEFAULTS[name]);
    if (value === undefined) throw damaged(`its setting “${LAB_KNOBS[name].label}” is none that this page knows`);
    settings[name] = value;
  }
  return settings as LabSettings;
}

function numbersAt(view: DataView, start: number, count: number, what: string): Float32Array {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const value = view.getFloat32(start + 4 * i, true);
    if (!Number.isFinite(value) || value < 0) throw damaged(`${what} in it is ${value}`);
    values[i] = value;
  }
  return values;
}

function stepOf(checkpoint: Uint8Array, model: LiveSpecification['model']): number {
  try {
    return decodeCheckpoint(model, checkpoint).step;
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    throw damaged(error.message);
  }
}

function damaged(what: string): RunFileError {
  return new RunFileError(`the saved run is damaged, or was changed: ${what}. Save it again, or take another`);
}
