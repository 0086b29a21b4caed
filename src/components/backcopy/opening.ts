/** What stands in the page before a model is grown in it: the published runs, and one of them on a sequence. */
import { findResults } from '../../content/results.ts';
import { type PublishedBackcopy, publishedBackcopy } from './published.ts';
import type { Still } from './sample.ts';
import { readStill } from './still.ts';

/** One layer, softmax and Adam. */
const GROUP = 'softmax-adam-1';

export interface Opening {
  published: PublishedBackcopy;
  /** Null where the model is not published. */
  still: Still | null;
}

let opening: Promise<Opening | null> | undefined;

/** Null where the experiment has no results. */
export function readOpening(): Promise<Opening | null> {
  opening ??= read();
  return opening;
}

async function read(): Promise<Opening | null> {
  const result = findResults('backcopy');
  if (!result) return null;
  const published = publishedBackcopy(result, GROUP);
  const { weights } = result.groups.find(({ id }) => id === GROUP)!;
  return { published, still: await readStill(weights, published.runs.specification) };
}
