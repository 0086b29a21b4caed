/**
 * safetensors, the format in which Hugging Face keeps weights (https://github.com/huggingface/safetensors#format): the
 * header's length as a little-endian uint64; the header, a JSON object from each tensor's name to its `dtype`, `shape` and
 * `data_offsets`, and from `__metadata__` to strings, padded with spaces to 8 bytes; then the numbers, little-endian,
 * tensor after tensor without a gap.
 *
 * A file may come from anywhere: its sizes are limited before anything is parsed, and nothing in it can run.
 */
import { fromFloat16Bits, LARGEST_FLOAT16, toFloat16Bits } from './float16.ts';

/** The numbers of a tensor in a file; in memory they are float32. */
export const DTYPES = ['F32', 'F16'] as const;
export type Dtype = (typeof DTYPES)[number];

export interface Tensor {
  shape: readonly number[];
  /** Row-major, as many as the product of `shape`. */
  values: Float32Array;
}

export interface NamedTensor extends Tensor {
  name: string;
}

export interface StoredTensor extends Tensor {
  /** How the file had it. */
  dtype: Dtype;
}

/** Maps, since a name of the file could be `__proto__`. */
export interface Safetensors {
  /** In the order of their data. */
  tensors: ReadonlyMap<string, StoredTensor>;
  metadata: ReadonlyMap<string, string>;
}

/** What a reader accepts. */
export interface SafetensorsLimits {
  fileBytes: number;
  headerBytes: number;
  tensors: number;
  /** Whether NaN and infinities are refused. */
  finite: boolean;
}

/** Far beyond any model of this edition, and nothing that a browser could not hold. */
export const DEFAULT_LIMITS: SafetensorsLimits = {
  fileBytes: 256 * 2 ** 20,
  headerBytes: 2 ** 20,
  tensors: 10_000,
  finite: false,
};

export type SafetensorsFault =
  | 'too large'
  | 'cut short'
  | 'not json'
  | 'bad header'
  | 'duplicate name'
  | 'unknown dtype'
  | 'wrong size'
  | 'overlap'
  | 'hole'
  | 'not finite';

/** Bytes that are no safetensors file, or tensors that cannot become one. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
  constructor(
    readonly fault: SafetensorsFault,
    /** `file`, `header`, or `tensor "..."`. */
    readonly place: string,
    problem: string,
  ) {
    super(`${place}: ${problem}`);
  }
}

const METADATA = '__metadata__';
const PREFIX_BYTES = 8;
const BYTES: Record<Dtype, number> = { F32: 4, F16: 2 };

/**
 * The file of these tensors, in their order. As `F16` each number is the nearest half-precision one, ties to even.
 * @throws {SafetensorsError} for a name that is there twice or reserved, values that do not fill their shape, or, as
 * `F16`, a finite number beyond 65,504, which would become an infinity.
 */
export function encodeSafetensors(
  tensors: readonly NamedTensor[],
  { dtype, metadata = {} }: { dtype: Dtype; metadata?: Readonly<Record<string, string>> },
): Uint8Array {
  const header = headerOf(tensors, dtype, metadata);
  const numbers = tensors.reduce((sum, { values }) => sum + values.length, 0);
  const bytes = new Uint8Array(PREFIX_BYTES + header.length + numbers * BYTES[dtype]);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, header.length, true); // the upper half of the length stays 0
  bytes.set(header, PREFIX_BYTES);
  let at = PREFIX_BYTES + header.length;
  for (const { name, values } of tensors) {
    for (const value of values) {
      if (dtype === 'F32') view.setFloat32(at, value, true);
      else view.setUint16(at, float16Of(value, name), true);
      at += BYTES[dtype];
    }
  }
  return bytes;
}

function headerOf(tensors: readonly NamedTensor[], dtype: Dtype, metadata: Readonly<Record<string, string>>) {
  const entries: [string, unknown][] = Object.keys(metadata).length === 0 ? [] : [[METADATA, metadata]];
  const names = new Set<string>();
  let begin = 0;
  for (const { name, shape, values } of tensors) {
    const place = placeOf(name);
    if (name === METADATA) throw new SafetensorsError('bad header', place, 'the name is reserved');
    if (names.has(name)) throw new SafetensorsError('duplicate name', place, 'there are two tensors of this name');
    names.add(name);
    if (sizeOf(shape, place) !== values.length) {
      throw new SafetensorsError('wrong size', place, `[${shape}] is not the shape of ${values.length} numbers`);
    }
    const end = begin + values.length * BYTES[dtype];
    entries.push([name, { dtype, shape, data_offsets: [begin, end] }]);
    begin = end;
  }
  // Put together by hand, since an object would move names that are numbers to its front and take `__proto__` away.
  const json = `{${entries.map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`).join(',')}}`;
  const text = new TextEncoder().encode(json);
  const padded = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  padded.set(text);
  return padded;
}

function float16Of(value: number, name: string): number {
  const half = toFloat16Bits(value);
  if ((half & 0x7fff) === 0x7c00 && Number.isFinite(value)) {
    const problem = `${value} is beyond half precision, which ends at ${LARGEST_FLOAT16}; write it as F32`;
    throw new SafetensorsError('not finite', placeOf(name), problem);
  }
  return half;
}

/**
 * Reads a file.
 * @throws {SafetensorsError} saying what is wrong and where.
 */
export function decodeSafetensors(bytes: Uint8Array, limits: Partial<SafetensorsLimits> = {}): Safetensors {
  const allowed = { ...DEFAULT_LIMITS, ...limits };
  const dataStart = findData(bytes, allowed);
  const header = parseHeader(bytes.subarray(PREFIX_BYTES, dataStart));
  const metadata = new Map<string, string>();
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA) readMetadata(value, metadata);
    else entries.push(readEntry(name, value));
    if (entries.length > allowed.tensors) {
      throw new SafetensorsError('too large', 'header', `it names more than ${allowed.tensors} tensors`);
    }
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCover(entries, bytes.length - dataStart);
  const view = new DataView(bytes.buffer, bytes.byteOffset + dataStart, bytes.length - dataStart);
  const tensors = new Map(entries.map((entry) => [entry.name, readTensor(entry, view, allowed.finite)]));
  return { tensors, metadata };
}

/** Where the header ends and the numbers start. */
function findData(bytes: Uint8Array, { fileBytes, headerBytes }: SafetensorsLimits): number {
  if (bytes.length > fileBytes) {
    throw new SafetensorsError('too large', 'file', `it has ${bytes.length} bytes, more than the ${fileBytes} allowed`);
  }
  if (bytes.length < PREFIX_BYTES) {
    throw new SafetensorsError('cut short', 'file', `it has ${bytes.length} bytes, too few for the header's length`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, PREFIX_BYTES);
  const length = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
  if (length > headerBytes) {
    const problem = `its length is given as ${length} bytes, more than the ${headerBytes} allowed: is it safetensors?`;
    throw new SafetensorsError('too large', 'header', problem);
  }
  if (PREFIX_BYTES + length > bytes.length) {
    const there = bytes.length - PREFIX_BYTES;
    throw new SafetensorsError('cut short', 'header', `it should have ${length} bytes, ${there} are there`);
  }
  return PREFIX_BYTES + length;
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  if (bytes[0] !== 0x7b) throw new SafetensorsError('not json', 'header', 'it does not start with {');
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (error) {
    throw new SafetensorsError('not json', 'header', (error as Error).message);
  }
  const twice = repeatedKey(text);
  if (twice !== undefined) throw new SafetensorsError('duplicate name', 'header', `${shown(twice)} stands there twice`);
  return header as Record<string, unknown>; // it starts with {, so it is an object
}

/** A key that one object of a JSON text has twice; `JSON.parse` would keep the last without a word. */
function repeatedKey(json: string): string | undefined {
  const keys: Set<string>[] = [];
  for (const [token, text, colon] of json.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}]/g)) {
    if (token === '{') keys.push(new Set());
    else if (token === '}') keys.pop();
    else if (colon !== undefined) {
      const key: string = JSON.parse(text!);
      if (keys.at(-1)!.has(key)) return key;
      keys.at(-1)!.add(key);
    }
  }
  return undefined;
}

function readMetadata(value: unknown, metadata: Map<string, string>): void {
  if (!isRecord(value)) throw new SafetensorsError('bad header', METADATA, `it must be an object, not ${shown(value)}`);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') {
      throw new SafetensorsError('bad header', METADATA, `${shown(key)} must be a text, not ${shown(text)}`);
    }
    metadata.set(key, text);
  }
}

interface Entry {
  name: string;
  dtype: Dtype;
  shape: number[];
  begin: number;
  end: number;
}

function readEntry(name: string, value: unknown): Entry {
  const place = placeOf(name);
  if (!isRecord(value)) throw new SafetensorsError('bad header', place, `it must be an object, not ${shown(value)}`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!DTYPES.includes(dtype as Dtype)) {
    const problem = `its dtype is ${shown(dtype)}; ${DTYPES.join(' and ')} can be read`;
    throw new SafetensorsError('unknown dtype', place, problem);
  }
  if (!isCounts(shape)) {
    throw new SafetensorsError('bad header', place, `its shape must be a list of whole numbers, not ${shown(shape)}`);
  }
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    const problem = `its data_offsets must be two whole numbers, the second not the smaller, not ${shown(offsets)}`;
    throw new SafetensorsError('bad header', place, problem);
  }
  const [begin, end] = offsets as [number, number];
  const bytes = sizeOf(shape, place) * BYTES[dtype as Dtype];
  if (end - begin !== bytes) {
    const problem = `${dtype} numbers of shape ${shown(shape)} take ${bytes} bytes, data_offsets give it ${end - begin}`;
    throw new SafetensorsError('wrong size', place, problem);
  }
  return { name, dtype: dtype as Dtype, shape, begin, end };
}

/** Every byte of the data must belong to exactly one tensor. */
function checkCover(entries: readonly Entry[], length: number): void {
  let covered = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== covered) {
      const fault = begin < covered ? 'overlap' : 'hole';
      const problem = `it starts at byte ${begin} of the data, where the tensor before it ends at ${covered}`;
      throw new SafetensorsError(fault, placeOf(name), problem);
    }
    if (end > length) {
      const problem = `it ends at byte ${end} of the data, of which there are ${length}: the file was cut short`;
      throw new SafetensorsError('cut short', placeOf(name), problem);
    }
    covered = end;
  }
  if (covered !== length) {
    throw new SafetensorsError('hole', 'file', `its last ${length - covered} bytes belong to no tensor`);
  }
}

function readTensor({ name, dtype, shape, begin, end }: Entry, view: DataView, finite: boolean): StoredTensor {
  const values = new Float32Array((end - begin) / BYTES[dtype]);
  for (let i = 0, at = begin; i < values.length; i++, at += BYTES[dtype]) {
    const value = dtype === 'F32' ? view.getFloat32(at, true) : fromFloat16Bits(view.getUint16(at, true));
    if (finite && !Number.isFinite(value)) {
      throw new SafetensorsError('not finite', placeOf(name), `its number ${i} is ${value}`);
    }
    values[i] = value;
  }
  return { dtype, shape, values };
}

/** Numbers in a tensor of this shape; one that no file could hold is told rather than rounded. */
function sizeOf(shape: readonly number[], place: string): number {
  const size = shape.reduce((product, length) => product * length, 1);
  if (!Number.isSafeInteger(size)) {
    throw new SafetensorsError('wrong size', place, `its shape ${shown(shape)} has more numbers than can be counted`);
  }
  return size;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((length) => Number.isSafeInteger(length) && length >= 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function placeOf(name: string): string {
  return `tensor ${shown(name)}`;
}

/** A value of the file in a message: short, and of a list no more than its surface, since it may be of any depth. */
function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return `[${value.slice(0, 4).map(shownPart)}${value.length > 4 ? ',…' : ''}]`;
  return shownPart(value);
}

function shownPart(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
