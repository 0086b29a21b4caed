/**
 * `ro-crate-metadata.json`: the results folder described in the terms of RO-Crate 1.1 (https://w3id.org/ro/crate/1.1),
 * which data archives read. Every file is an entity; an action an experiment says by which code, from which text, when and
 * into which files it was made.
 */
import type { CorpusProvenance, ExperimentResult } from '../../src/results/schema.ts';

/** The file's name, as the specification has it. */
export const RO_CRATE_FILE = 'ro-crate-metadata.json';

export interface CrateFile {
  /** From the results folder, with `/`. */
  path: string;
  /** Null for a file that is written after the crate, since it holds the crate's hash. */
  bytes: number | null;
}

export interface CrateSubject {
  /** Every file of the results folder but the crate's own. */
  files: readonly CrateFile[];
  experiments: readonly ExperimentResult[];
  /** The project's name, version and repository, as `package.json` has them. */
  software: { name: string; version: string; repository: string | null };
}

interface Entity {
  '@id': string;
  '@type': string | string[];
  [property: string]: unknown;
}

interface Reference {
  '@id': string;
}

const ROOT = './';
const LICENCE = 'https://spdx.org/licenses/MIT';
const AUTHOR = '#contributors';
const SOFTWARE = '#software';
const PAPER = 'https://arxiv.org/abs/2504.02732';

/** The crate as JSON-LD; the same files and results give the same. */
export function roCrate({ files, experiments, software }: CrateSubject): { '@context': string; '@graph': Entity[] } {
  const described = files.map((file) => fileEntity(file, experiments));
  const folders = [...new Set(files.map(({ path }) => path.split('/').slice(0, -1).join('/')))].filter(Boolean).sort();
  const corpora = distinctCorpora(experiments);
  const root: Entity = {
    '@id': ROOT,
    '@type': 'Dataset',
    name: 'Results of First Token, an independent edition of “Why do LLMs attend to the first token?”',
    description:
      'Small transformers trained from scratch to test the claims of the paper: every run with its specification, its ' +
      'measures and the fingerprints of its parameters, what was measured on the trained models, and the experiments ' +
      'with their criteria and verdicts.',
    datePublished: lastFinished(experiments).slice(0, 10),
    license: refer(LICENCE),
    author: refer(AUTHOR),
    publisher: refer(AUTHOR),
    version: software.version,
    citation: refer(PAPER),
    hasPart: [
      ...folders.map((folder) => refer(`${folder}/`)),
      ...described.filter((entity) => !entity['@id'].includes('/')).map((entity) => refer(entity['@id'])),
    ],
    mentions: experiments.map(({ experiment }) => refer(actionId(experiment))),
  };
  return {
    '@context': 'https://w3id.org/ro/crate/1.1/context',
    '@graph': [
      {
        '@id': RO_CRATE_FILE,
        '@type': 'CreativeWork',
        conformsTo: refer('https://w3id.org/ro/crate/1.1'),
        about: refer(ROOT),
      },
      root,
      ...folders.map((folder) => folderEntity(folder, files)),
      ...described,
      ...experiments.map((result) => actionEntity(result, files)),
      ...corpora.map(corpusEntity),
      ...[...new Set(corpora.map(({ licence }) => licence))].map(licenceEntity),
      {
        '@id': LICENCE,
        '@type': 'CreativeWork',
        name: 'MIT License',
        description: 'May be used, changed and shared by anyone, with the notice of copyright and licence kept.',
        identifier: LICENCE,
      },
      { '@id': AUTHOR, '@type': 'Organization', name: 'First Token contributors' },
      {
        '@id': SOFTWARE,
        '@type': 'SoftwareSourceCode',
        name: software.name,
        version: software.version,
        programmingLanguage: 'TypeScript',
        license: refer(LICENCE),
        ...(software.repository ? { codeRepository: software.repository } : {}),
      },
      {
        '@id': PAPER,
        '@type': 'ScholarlyArticle',
        name: 'Why do LLMs attend to the first token?',
        identifier: 'arXiv:2504.02732',
      },
    ],
  };
}

function refer(id: string): Reference {
  return { '@id': id };
}

function actionId(experiment: string): string {
  return `#${experiment}-runs`;
}

function corpusId(id: string): string {
  return `#corpus-${id}`;
}

function licenceId(licence: string): string {
  return `#licence-${licence.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
}

function fileEntity({ path, bytes }: CrateFile, experiments: readonly ExperimentResult[]): Entity {
  return {
    '@id': path,
    '@type': 'File',
    ...aboutFile(path, experiments),
    ...(bytes === null ? {} : { contentSize: String(bytes) }),
    encodingFormat: path.endsWith('.json') ? 'application/json' : 'text/plain',
  };
}

/** What a file of the results folder is, by its place. */
function aboutFile(path: string, experiments: readonly ExperimentResult[]): { name: string; description: string } {
  const [folder, name] = path.includes('/') ? (path.split('/') as [string, string]) : ['', path];
  const stem = name.replace(/\.json$/, '');
  if (folder === 'runs') {
    return { name: `Run ${stem}`, description: 'One training run: specification, measures, fingerprints, execution.' };
  }
  if (folder === 'analyses') {
    return { name: `Analysis ${stem}`, description: 'What an analysis measured on the weights of one run.' };
  }
  if (folder === 'schema') return { name: `JSON Schema ${name}`, description: 'The schema of files of this folder.' };
  const experiment = experiments.find((result) => result.experiment === stem);
  if (experiment) return { name: experiment.title, description: experiment.question };
  const known: Record<string, string> = {
    'index.json': 'All experiments with their verdicts and the SHA-256 of their files.',
    'manifest.json': 'SHA-256 of every published file: results, models, figures and texts.',
    SHA256SUMS: 'The same hashes in the form that sha256sum reads.',
  };
  return { name, description: known[name] ?? 'A file of the results that no present experiment uses.' };
}

function folderEntity(folder: string, files: readonly CrateFile[]): Entity {
  const names: Record<string, string> = { runs: 'Training runs', analyses: 'Analyses', schema: 'JSON Schemas' };
  return {
    '@id': `${folder}/`,
    '@type': 'Dataset',
    name: names[folder] ?? folder,
    hasPart: files
      .filter(({ path }) => path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/'))
      .map(({ path }) => refer(path)),
  };
}

/** How an experiment's files came to be. */
function actionEntity(result: ExperimentResult, files: readonly CrateFile[]): Entity {
  const present = new Set(files.map(({ path }) => path));
  const made = [`${result.experiment}.json`, ...result.runs.map(({ id }) => `runs/${id}.json`)];
  const machines = new Set(result.runs.map(({ execution }) => `${execution.machine}, Node ${execution.node}`));
  const commits = new Set(result.runs.map(({ execution }) => execution.commit));
  const seconds = result.runs.reduce((sum, { execution }) => sum + execution.seconds, 0);
  return {
    '@id': actionId(result.experiment),
    '@type': 'CreateAction',
    name: `${result.title}: ${result.runs.length} runs`,
    description:
      `${result.command} (pipeline/experiments/${result.experiment}.ts at commit ${[...commits].join(', ')}; ` +
      `${Math.round(seconds)} s of one core on ${[...machines].join('; ')})`,
    endTime: lastFinished([result]),
    agent: refer(AUTHOR),
    instrument: refer(SOFTWARE),
    object: result.corpora.map(({ id }) => refer(corpusId(id))),
    result: made.filter((path) => present.has(path)).map(refer),
  };
}

function corpusEntity({ id, title, source, licence, sha256, documents }: CorpusProvenance): Entity {
  return {
    '@id': corpusId(id),
    '@type': 'CreativeWork',
    name: title,
    description: `${documents} documents from ${source}. SHA-256 of the cleaned text: ${sha256}`,
    license: refer(licenceId(licence)),
  };
}

function licenceEntity(licence: string): Entity {
  return { '@id': licenceId(licence), '@type': 'CreativeWork', name: licence, description: licence };
}

function distinctCorpora(experiments: readonly ExperimentResult[]): CorpusProvenance[] {
  return [...new Map(experiments.flatMap(({ corpora }) => corpora).map((corpus) => [corpus.id, corpus])).values()];
}

/** ISO times of one zone sort as text. */
function lastFinished(experiments: readonly ExperimentResult[]): string {
  return experiments
    .flatMap(({ runs }) => runs.map(({ execution }) => execution.finishedAt))
    .sort()
    .at(-1)!;
}
