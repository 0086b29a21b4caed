/** Stretches of held-out text for a reader to have read, taken while the site is built. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decompressText, parseSections, splitDocuments } from '../../training/text/documents.ts';
import { createTokenizer } from '../../training/text/tokenizer.ts';
import { readConfigJson } from '../../weights/config-json.ts';
import { CONTEXTS } from './policies.ts';

export interface Stretch {
  /** Its beginning, for a list to choose from. */
  title: string;
  documents: string[];
}

export interface ReadableModel {
  /** Of the folder under `models/`. */
  name: string;
  /** T */
  contextLength: number;
}

/** Beside the results, as the export writes them. */
export const MODELS = join(process.env['RESULTS'] ?? join('public', 'results'), '..', 'models');
/** In the order of preference: the deeper one has a sink in more of its heads. */
const NAMES = ['perturbation-bos', 'emergence-base'];
const CORPUS = join('public', 'corpora', 'world-english-bible');
const STRETCHES = 3;

/** The published model that reads; null where there is none. */
export function readableModel(): ReadableModel | null {
  const name = NAMES.find((candidate) => existsSync(join(MODELS, candidate, 'model.safetensors')));
  if (name === undefined) return null;
  const { config } = readConfigJson(readFileSync(join(MODELS, name, 'config.json'), 'utf8'));
  return { name, contextLength: config.contextLength };
}

/** Stretches of whole documents, evenly over the text, each of enough tokens for the reading. */
export async function heldOutStretches(contextLength: number): Promise<Stretch[]> {
  const sections = parseSections(await decompressText(new Uint8Array(readFileSync(join(CORPUS, 'text.txt.gz')))));
  const { encode } = createTokenizer(JSON.parse(readFileSync(join(CORPUS, 'tokenizer.json'), 'utf8')));
  const { heldOut } = splitDocuments(sections);
  return Array.from({ length: STRETCHES }, (_, index) => {
    const documents: string[] = [];
    let tokens = 0;
    for (let at = Math.floor((index * heldOut.length) / STRETCHES); tokens <= CONTEXTS * contextLength; at++) {
      const document = heldOut[at];
      if (document === undefined) throw new Error(`the held-out text ends within stretch ${index + 1} of ${STRETCHES}`);
      documents.push(document);
      tokens += encode(document).length + 1;
    }
    return { title: `${documents[0]!.split(' ').slice(0, 6).join(' ')} …`, documents };
  });
}
