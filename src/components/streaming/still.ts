/** What stands where nothing can be read in the page: the reading that a reader would meet first, made while the site is built. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTokenizer } from '../../training/text/tokenizer.ts';
import { loadModel } from '../../weights/load.ts';
import { CONTEXTS, nameOf, OPENING, policyOf } from './policies.ts';
import { readTokens } from './reading.ts';
import { type Side, sidesOf } from './sides.ts';
import { heldOutStretches, MODELS, readableModel } from './stretches.ts';
import { tokensOf } from './tokens.ts';

export interface Still {
  /** T */
  contextLength: number;
  /** Tokens that each cache holds. */
  size: number;
  /** The tokens that were read. */
  labels: string[];
  sides: Side[];
}

let made: Promise<Still | null> | undefined;

/** Null where no model is published. */
export function readStill(): Promise<Still | null> {
  made ??= read();
  return made;
}

async function read(): Promise<Still | null> {
  const readable = readableModel();
  if (!readable) return null;
  const { contextLength } = readable;
  const file = (name: string) => readFileSync(join(MODELS, readable.name, name));
  const model = loadModel({
    weights: new Uint8Array(file('model.safetensors')),
    config: file('config.json').toString(),
  });
  const tokenizer = createTokenizer(JSON.parse(file('tokenizer.json').toString()));
  const [stretch] = await heldOutStretches(contextLength);
  const length = CONTEXTS * contextLength;
  const tokens = tokensOf(stretch!.documents, tokenizer, length);
  const size = OPENING.sizeOf(contextLength);
  const readings = await Promise.all(
    OPENING.policies.map(
      async (id) => (await readTokens(model, tokens, policyOf(id, size, length), async () => true))!,
    ),
  );
  const labels = Array.from(tokens.subarray(0, -1), tokenizer.label);
  return { contextLength, size, labels, sides: sidesOf(readings, OPENING.policies.map(nameOf)) };
}
