/** The published models, read while the site is built: what explorers may choose from, and their files for still pictures. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findResults } from '../../content/results.ts';
import { tokenClassLabel } from '../../measures/no-op-classes.ts';
import type { ExperimentResult, Run } from '../../results/schema.ts';
import { createTokenizer, type Tokenizer } from '../../training/text/tokenizer.ts';
import type { ModelChoice, SwitchingHead } from './choices.ts';
import { type OpenModel, openModel } from './open-model.ts';

/** The experiments whose models are shown, language models with our tokenizer: the first that has published any. */
const EXPERIMENTS = ['perturbation', 'emergence'];
const SWITCHES = 'no-op';

/** What explorers ask for where nothing is published; they then say that it is missing. */
const EXPECTED: ModelChoice = {
  name: 'perturbation-bos',
  label: 'not published in this copy',
  bos: true,
  length: 64,
  switching: null,
};

/** Beside the results, as the export writes them. */
const folder = join(process.env['RESULTS'] ?? join('public', 'results'), '..', 'models');

export interface Published {
  /** At least one; the first is the one to show. */
  choices: ModelChoice[];
  /** The first of them, opened; null where nothing is published. */
  model: OpenModel | null;
}

let published: Promise<Published> | undefined;

/**
 * Those of the experiment whose weights are published, trained with `<bos>` first and deep ones before shallow ones.
 * @throws {WeightsError} {TokenizerError} for a published model that cannot be read: the build must not go on with it.
 */
export function publishedModels(): Promise<Published> {
  published ??= readModels();
  return published;
}

async function readModels(): Promise<Published> {
  const found = EXPERIMENTS.map((experiment) =>
    trainedModels(findResults(experiment)).filter(({ name }) => existsSync(join(folder, name))),
  ).find((models) => models.length > 0);
  const choices = (found ?? []).map(({ name, run: { specification, id } }): ModelChoice => {
    const { layers, heads, width, contextLength } = specification.model;
    return {
      name,
      label: `${layers} layers, ${heads} heads, width ${width}, context ${contextLength}`,
      bos: specification.data.bos !== 'none',
      length: contextLength,
      switching: switchingHead(findResults(SWITCHES), id, heads, tokenizerOf(join(folder, name)).label),
    };
  });
  const [first] = choices;
  if (!first) return { choices: [EXPECTED], model: null };
  return { choices, model: await open(join(folder, first.name)) };
}

/** The models of an experiment whose weights are published, the one to show first. */
export function trainedModels(
  result: Pick<ExperimentResult, 'groups' | 'runs'> | undefined,
): { name: string; run: Run }[] {
  const found = (result?.groups ?? []).flatMap(({ weights, runs: [id] }) => {
    const run = result!.runs.find((candidate) => candidate.id === id);
    return weights !== undefined && run ? [{ name: weights, run }] : [];
  });
  const rank = ({ run: { specification } }: { run: Run }) =>
    (specification.data.bos === 'none' ? 0 : 1000) + specification.model.layers;
  return found.sort((a, b) => rank(b) - rank(a));
}

/**
 * What the experiment on heads that do nothing measured of this very run; null where it did not measure it.
 * @param tokenLabel a token as a reader sees it.
 */
export function switchingHead(
  result: Pick<ExperimentResult, 'groups'> | undefined,
  run: string,
  heads: number,
  tokenLabel: (token: number) => string,
): SwitchingHead | null {
  for (const { runs, analysis } of result?.groups ?? []) {
    const seed = runs.indexOf(run);
    if (seed < 0) continue;
    const of = (name: string) => analysis[`switch/strongest/${name}`]?.seeds?.[seed];
    const [layer, head, offset, number] = ['layer', 'head', 'offset', 'class'].map(of);
    if (layer === undefined || head === undefined || offset === undefined || number === undefined) return null;
    const which = offset === 0 ? 'the token' : 'the token before';
    return { index: layer * heads + head, on: `${which} ${tokenClassLabel(number, tokenLabel)}` };
  }
  return null;
}

function tokenizerOf(model: string): Tokenizer {
  return createTokenizer(JSON.parse(readFileSync(join(model, 'tokenizer.json'), 'utf8')));
}

async function open(model: string): Promise<OpenModel> {
  const text = (name: string) => readFileSync(join(model, name), 'utf8');
  const module = new WebAssembly.Module(readFileSync(join('src', 'engine', 'kernels', 'kernels.wasm')));
  const weights = new Uint8Array(readFileSync(join(model, 'model.safetensors')));
  return openModel({ weights, config: text('config.json'), tokenizer: text('tokenizer.json') }, module);
}
