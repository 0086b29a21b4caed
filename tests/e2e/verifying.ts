/** Verify as tests use it: its parts, the published runs, and how one is opened. */
import { readFileSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import type { Receipt } from '../../src/components/verify/receipt.ts';
import type { CheckpointEntry, CheckpointList } from '../../src/results/checkpoints.ts';
import type { ExperimentResult, ResultIndex, Run } from '../../src/results/schema.ts';

export const LONG = 120_000;

export const verify = (page: Page) => page.locator('.verify');
export const button = (page: Page, name: string | RegExp) => verify(page).getByRole('button', { name });
export const verdict = (page: Page) => verify(page).locator('[data-verdict]');
export const status = (page: Page) => verify(page).locator('[data-status]');

export async function expectPhase(page: Page, phase: string, timeout = LONG): Promise<void> {
  await expect(verify(page)).toHaveAttribute('data-phase', phase, { timeout });
}

/** A published run and an experiment that has it. */
export interface Published {
  experiment: string;
  run: Run;
}

let known: Published[] | null = null;

export async function publishedRuns(page: Page): Promise<Published[]> {
  if (known) return known;
  const json = async (file: string) => (await page.request.get(`/results/${file}`)).json();
  const { experiments } = (await json('index.json')) as ResultIndex;
  const results: ExperimentResult[] = await Promise.all(experiments.map(({ file }) => json(file)));
  known = results.flatMap(({ experiment, runs }) => runs.map((run) => ({ experiment, run })));
  return known;
}

/** The run that took least time of those on a text, or of those on a language made from it, and has stretches to choose from. */
export async function cheapest(page: Page, { language = false } = {}): Promise<Published> {
  const runs = await publishedRuns(page);
  return runs
    .filter(({ run }) => (run.specification.data.language !== null) === language && run.evaluations.length >= 6)
    .sort((a, b) => a.run.execution.seconds - b.run.execution.seconds)[0]!;
}

/** Opens the page of a run, by default the cheapest, and chooses how far to go: so many of the stretches offered. */
export async function open(page: Page, { stretches, of }: { stretches?: number; of?: Published } = {}): Promise<Run> {
  const { experiment, run } = of ?? (await cheapest(page));
  await page.goto(`/verify/?experiment=${experiment}&run=${run.id}`);
  await expect(verify(page)).toHaveAttribute('data-ready', 'true', { timeout: LONG });
  await expect(verify(page)).toContainText(run.id);
  const choice = verify(page).getByLabel('How far', { exact: true });
  await (stretches === undefined ? chooseAll(page) : choice.selectOption({ index: stretches - 1 }));
  return run;
}

/** By default a run is verified whole only where that takes under a minute. */
export async function chooseAll(page: Page): Promise<void> {
  const choice = verify(page).getByLabel('How far', { exact: true });
  await choice.selectOption({ index: (await choice.locator('option').count()) - 1 });
}

export async function receiptOf(page: Page): Promise<Receipt> {
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Download receipt').click()]);
  expect(download.suggestedFilename()).toMatch(/^verification-[0-9a-f]{16}\.json$/);
  return JSON.parse(readFileSync(await download.path(), 'utf8'));
}

/** The published checkpoint whose run takes least time, with an experiment that has the run. */
export async function checkpointed(page: Page): Promise<{ of: Published; checkpoint: CheckpointEntry }> {
  const { checkpoints } = (await (await page.request.get('/checkpoints/index.json')).json()) as CheckpointList;
  const runs = await publishedRuns(page);
  const found = checkpoints.flatMap((checkpoint) => {
    const of = runs.find(({ run }) => run.id === checkpoint.run);
    return of ? [{ of, checkpoint }] : [];
  });
  const perStep = ({ of: { run } }: (typeof found)[number]) =>
    (run.specification.evaluation.every * run.execution.seconds) / run.specification.training.steps;
  return found.sort((a, b) => perStep(a) - perStep(b))[0]!;
}
