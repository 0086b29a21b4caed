/**
 * Exported models: `public/models/<name>/` with the weights in half precision, `config.json`, the tokenizer's files and
 * a model card, in the layout that Hugging Face's tools read. A folder is there whole or not at all.
 */
import fs from 'node:fs';
import { join } from 'node:path';
import type { Run } from '../src/results/schema.ts';
import type { Parameters } from '../src/transformer/parameters.ts';
import { CONFIG_FILE, exportModel, WEIGHTS_FILE } from '../src/weights/export.ts';
import { type LoadedModel, loadModel } from '../src/weights/load.ts';
import { WeightsError } from '../src/weights/ours.ts';
import { SafetensorsError } from '../src/weights/safetensors.ts';
import { hasTokenizer, specialTokenIds } from '../src/weights/special-tokens.ts';
import { CORPUS_FOLDER, loadTokenizer, TOKENIZER_CONFIG_FILE, TOKENIZER_FILE } from './corpus/index.ts';
import { PipelineError } from './errors.ts';
import { isAlive, reason, shown, temporaryName, writeAtomically, writerOf } from './files.ts';
import { type ModelProvenance, modelCard } from './model-card.ts';
import { areWeightsOf } from './weights.ts';

const CARD_FILE = 'README.md';
const TOKENIZER_FILES = [TOKENIZER_FILE, TOKENIZER_CONFIG_FILE];
/** What every model has; one whose tokens are characters has no tokenizer. */
const REQUIRED_FILES = [WEIGHTS_FILE, CONFIG_FILE, CARD_FILE];

export interface ExportedModel {
  /** kebab-case; the folder's name. */
  name: string;
  run: Run;
  /** The float32 weights after the run's last step. */
  parameters: Parameters;
  /** `public/models` */
  folder: string;
  provenance: ModelProvenance;
}

/**
 * Writes `<folder>/<name>/`, or nothing; a model that stands there gives way. The same run gives the same bytes.
 * @returns the folder written.
 * @throws {PipelineError} when the weights are not those of the run's last fingerprint or do not fit half precision, when
 * the folder holds what is no model's, or when it cannot be written.
 */
export function writeModel({ name, run, parameters, folder, provenance }: ExportedModel): string {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) {
    throw new PipelineError(`a model's name must be words of small letters and digits with - between, not "${name}"`);
  }
  if (!areWeightsOf(run, parameters)) {
    const remedy = `Remove .pipeline/weights/${run.id} and train it again with npm run pipeline -- run`;
    throw new PipelineError(
      `cannot export ${name}: the weights are not those that run ${run.id} ended with. ${remedy}`,
    );
  }
  const target = join(folder, name);
  replaceFolder(target, filesOf({ name, run, parameters, folder, provenance }));
  return target;
}

type Files = Record<string, string | Uint8Array>;

function filesOf({ name, run, parameters, provenance }: ExportedModel): Files {
  const { model: config, data } = run.specification;
  const special = specialTokenIds(run.specification, loadTokenizer());
  try {
    const files = exportModel({ config, parameters, special, run: run.id }, 'F16');
    const largestRounding = largestDifference(parameters, loadModel(files).parameters);
    return {
      [WEIGHTS_FILE]: files.weights,
      [CONFIG_FILE]: files.config,
      ...(hasTokenizer(data) ? tokenizerFiles() : {}),
      [CARD_FILE]: modelCard({ ...provenance, name, run, largestRounding }),
    };
  } catch (error) {
    if (!(error instanceof SafetensorsError || error instanceof WeightsError)) throw error;
    throw new PipelineError(`cannot export ${name}: ${error.message}`, { cause: error });
  }
}

function tokenizerFiles(): Files {
  return Object.fromEntries(TOKENIZER_FILES.map((name) => [name, fs.readFileSync(join(CORPUS_FOLDER, name))]));
}

function largestDifference(a: Parameters, b: Parameters): number {
  let largest = 0;
  for (const [name, values] of Object.entries(a)) {
    for (const [i, value] of values.entries()) largest = Math.max(largest, Math.abs(value - b[name]![i]!));
  }
  return largest;
}

/**
 * Reads an exported model; its parameters are float32 again, with the values of the half-precision file.
 * @throws {PipelineError} when the folder is not whole or its files do not fit together.
 */
export function readModel(folder: string): LoadedModel {
  const again = 'Write it again with npm run pipeline -- export';
  const missing = REQUIRED_FILES.filter((name) => !fs.existsSync(join(folder, name)));
  if (missing.length > 0) {
    throw new PipelineError(`${shown(folder)} is no whole model: ${missing.join(', ')} missing. ${again}`);
  }
  try {
    const weights = new Uint8Array(fs.readFileSync(join(folder, WEIGHTS_FILE)));
    return loadModel({ weights, config: fs.readFileSync(join(folder, CONFIG_FILE), 'utf8') });
  } catch (error) {
    if (error instanceof WeightsError) {
      throw new PipelineError(`${shown(folder)}: ${error.message}. ${again}`, { cause: error });
    }
    throw new PipelineError(`cannot read ${shown(folder)}: ${reason(error)}`, { cause: error });
  }
}

/**
 * Puts a folder of these files in the place of the one that stands there. It is written under another name first; between
 * the two renames there is none of the name, and if the second fails the old one comes back.
 */
function replaceFolder(target: string, files: Files): void {
  refuseForeignFiles(target);
  const parent = join(target, '..');
  const name = target.slice(parent.length + 1);
  const fresh = join(parent, temporaryName(name, process.pid));
  const old = join(parent, temporaryName(`${name}.old`, process.pid));
  try {
    removeLeftovers(parent, name);
    for (const [file, content] of Object.entries(files)) writeAtomically(join(fresh, file), content);
    const replaces = fs.existsSync(target);
    if (replaces) fs.renameSync(target, old);
    try {
      fs.renameSync(fresh, target);
    } catch (error) {
      if (replaces) fs.renameSync(old, target);
      throw error;
    }
    fs.rmSync(old, { recursive: true, force: true });
  } catch (error) {
    try {
      fs.rmSync(fresh, { recursive: true, force: true });
    } catch {} // the first error is the one to report
    if (error instanceof PipelineError) throw error;
    throw new PipelineError(`cannot write ${shown(target)}: ${reason(error)}`, { cause: error });
  }
}

/** What replaces a folder deletes what is in it, so it must be nothing but a model. */
function refuseForeignFiles(target: string): void {
  if (!fs.existsSync(target)) return;
  if (!fs.statSync(target).isDirectory()) throw new PipelineError(`${shown(target)} is a file; move it away`);
  const own = [...REQUIRED_FILES, ...TOKENIZER_FILES];
  const foreign = fs.readdirSync(target).find((file) => !own.includes(file) && writerOf(file) === null);
  if (foreign !== undefined) {
    throw new PipelineError(`${shown(join(target, foreign))} belongs to no model; move it away and export again`);
  }
}

/** Removes what processes that were killed left of this model. */
function removeLeftovers(parent: string, name: string): void {
  if (!fs.existsSync(parent)) return;
  for (const entry of fs.readdirSync(parent)) {
    const pid = writerOf(entry);
    const isOwn = pid !== null && [name, `${name}.old`].some((own) => entry === temporaryName(own, pid));
    if (isOwn && !isAlive(pid)) fs.rmSync(join(parent, entry), { recursive: true, force: true });
  }
}
