/** The worker that computes means and intervals again: many thousand draws, which would hold up the page. */
import { readAnalysis, readEstimates, readRun } from '../../results/load.ts';
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
  const read = async <T>(path: string, reader: (text: string, file: string) => T) =>
    reader(await fetchText(root + path), path);
  const estimates = await read(`estimates/${experiment}.json`, readEstimates);
  const groups = estimates.groups.length;
  const others: string[] = [];
  let same = 0;
  for (const [done, group] of estimates.groups.entries()) {
    post({ type: 'progress', done, groups });
    const [runs, analyses] = await Promise.all([
      Promise.all(group.runs.map((id) => read(`results/runs/${id}.json`, readRun))),
      Promise.all(analysesOf(estimates, group).map((id) => read(`results/analyses/${id}.json`, readAnalysis))),
    ]);
    others.push(...otherRuns(runs, digests, digestOf));
    const compared = compareGroup(group, runs, analyses);
    same += compared.same;
    if (compared.other) return { type: 'done', same, other: compared.other, runs: others, groups };
  }
  return { type: 'done', same, other: null, runs: [...new Set(others)], groups };
}

async function fetchText(address: string): Promise<string> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status} for ${address}`);
  return answer.text();
}
