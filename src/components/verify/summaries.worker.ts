/** The worker that computes means and intervals again: many thousand draws, which would hold up the page. */
import { readAnalysis, readExperiment } from '../../results/load.ts';
import type { AnalysisResult } from '../../results/schema.ts';
import { digestOf } from './runs.ts';
import { analysesOf, compareGroup, type OtherEstimate, otherRuns } from './summaries.ts';

export interface SummariesRequest {
  experiment: string;
  /** The site's root, ending in a slash. */
  root: string;
  /** `digestOf` each run that the page was made from, by its id. */
  digests: Record<string, string>;
}

export type SummariesMessage =
  | { type: 'progress'; done: number; groups: number }
  /** `runs`: those that are not the ones the page was made from. */
  | { type: 'done'; same: number; other: OtherEstimate | null; runs: string[]; groups: number }
  | { type: 'failed'; message: string };

self.onmessage = async ({ data }: MessageEvent<SummariesRequest>) => {
  const post = (message: SummariesMessage) => self.postMessage(message);
  try {
    post(await compareAll(data, post));
  } catch (error) {
    post({ type: 'failed', message: (error as Error).message });
  }
};

async function compareAll(
  { experiment, root, digests }: SummariesRequest,
  post: (message: SummariesMessage) => void,
): Promise<SummariesMessage> {
  const file = `results/${experiment}.json`;
  const result = readExperiment(await fetchText(root + file), file);
  const groups = result.groups.length;
  const runs = otherRuns(result.runs, digests, digestOf);
  let same = 0;
  for (const [done, group] of result.groups.entries()) {
    post({ type: 'progress', done, groups });
    const analyses = new Map<string, AnalysisResult>();
    for (const id of analysesOf(result, group)) {
      const path = `results/analyses/${id}.json`;
      analyses.set(id, readAnalysis(await fetchText(root + path), path));
    }
    const compared = compareGroup(result, group, analyses);
    same += compared.same;
    if (compared.other) return { type: 'done', same, other: compared.other, runs, groups };
  }
  return { type: 'done', same, other: null, runs, groups };
}

async function fetchText(address: string): Promise<string> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status} for ${address}`);
  return answer.text();
}
