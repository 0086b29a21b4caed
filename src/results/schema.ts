/**
 * The schema of exported files. Everything under `public/results` passes through it when written and when read;
 * `npm run pipeline -- export` writes the same schema as JSON Schema beside the results.
 */
import { z } from 'zod';
import { runSpecification } from '../training/specification.ts';

/** Raise it when a file of the old shape can no longer be read; a test holds golden files of the present version. */
export const SCHEMA_VERSION = 2;

const hex = z.string().regex(/^[0-9a-f]+$/);
const identifier = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
const fraction = z.number().min(0).max(1);

/** A number for each head of each layer, (L, H). */
const perHead = z.array(z.array(z.number()));

/** What is measured at one evaluation step of a run, on the held-out sequences. */
export const evaluation = z.strictObject({
  step: z.int().min(0),
  /** Tokens trained on so far. */
  tokens: z.int().min(0),
  /** Mean loss of the steps since the previous evaluation, nats a token; null before the first step. */
  trainingLoss: z.number().nullable(),
  validationLoss: z.number(),
  /** Share of heads whose mean attention to the first position exceeds epsilon (Gu et al. 2024; row 1 included). */
  sinkRate: z.strictObject({ '0.3': fraction, '0.8': fraction }),
  /** Mean over heads of the attention that all T queries pay to the first position; row 1 included. */
  firstAttention: fraction,
  /** `firstAttention` less what uniform causal attention gives, H_T / T with H_T the harmonic number. */
  firstAttentionAboveChance: z.number(),
  /** The same attention for each head. */
  headFirstAttention: perHead,
  /** Norm of the first position's value vector over the mean norm of the others, for each head. */
  headFirstValueNorm: perHead,
  /** The same means over the first 16 queries alone, so that models of longer contexts can be compared. */
  prefix: z.strictObject({
    sinkRate: z.strictObject({ '0.3': fraction, '0.8': fraction }),
    firstAttention: fraction,
    firstAttentionAboveChance: z.number(),
  }),
  /** SHA-256 over the previous fingerprint and the little-endian bytes of all parameters. */
  fingerprint: hex.length(64),
});

/** Versions of the code that can change a run's bits; part of a run's identity. */
export const codeVersions = z.strictObject({
  engine: z.string(),
  training: z.string(),
  measures: z.string(),
  corpus: z.string(),
  tokenizer: z.string(),
});

/** When and where a run was made: the only part of a file that may differ between two runs of the same specification. */
export const execution = z.strictObject({
  commit: z.string(),
  finishedAt: z.iso.datetime(),
  seconds: z.number().min(0),
  tokensPerSecond: z.number().min(0),
  node: z.string(),
  machine: z.string(),
});

/** `public/results/runs/<id>.json` */
export const run = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  /** Hash of the specification and the code versions. */
  id: hex.length(16),
  specification: runSpecification,
  versions: codeVersions,
  evaluations: z.array(evaluation).min(1),
  execution,
});

/** A mean over seeds with its 95 % bootstrap interval. */
export const estimate = z.strictObject({ mean: z.number(), low: z.number(), high: z.number() });

/** What an analysis measured on one trained model: a number, a list or a table, by name. */
export const measured = z.record(z.string(), z.union([z.number(), z.array(z.number()), z.array(z.array(z.number()))]));

/** `public/results/analyses/<id>.json`: an analysis of one run's weights. */
export const analysisResult = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  /** Hash of the analysis, its version and the run. */
  id: hex.length(16),
  analysis: identifier,
  version: z.string(),
  run: hex.length(16),
  measured,
  execution: execution.omit({ tokensPerSecond: true }),
});

const numbers = z.union([z.number(), z.array(z.number()), z.array(z.array(z.number()))]);

/** A measure of an analysis over the seeds: elementwise mean and 95 % interval, and each seed's value of a number. */
export const measuredEstimate = z.strictObject({
  mean: numbers,
  low: numbers,
  high: numbers,
  seeds: z.array(z.number()).optional(),
});

/** A number the text may quote: `<Value of="emergence/final/sink-rate" />`. */
export const quotable = z.strictObject({
  value: z.number(),
  low: z.number().optional(),
  high: z.number().optional(),
  /** How it is written. */
  format: z.enum(['integer', 'fraction', 'percent', 'nats', 'ratio', 'seconds']),
  /** Digits after the point that the number carries. */
  digits: z.int().min(0).max(6),
  description: z.string().min(1),
});

/** The seeds of one point of an experiment's grid. */
export const group = z.strictObject({
  id: identifier,
  label: z.string().min(1),
  runs: z.array(hex.length(16)).min(1),
  /** Every measure at every evaluation step, over the seeds. */
  series: z.array(
    z.strictObject({ step: z.int().min(0), tokens: z.int().min(0), measures: z.record(z.string(), estimate) }),
  ),
  /** The folder under `public/models` that holds the weights of its first run, where they are published. */
  weights: identifier.optional(),
  /** What the experiment's analysis measured on the trained models; empty without one. */
  analysis: z.record(z.string(), measuredEstimate),
});

const outcome = z.enum(['reproduced', 'partly', 'not reproduced', 'opposite']);

export const verdict = z.strictObject({
  outcome,
  /** Where an experiment tests several claims apart: what became of each, by the ids of `src/content/claims`. */
  parts: z.record(identifier, outcome).optional(),
  /** The numbers that decided, in a sentence written by the experiment's code. */
  because: z.string().min(1),
});

export const corpusProvenance = z.strictObject({
  id: identifier,
  title: z.string(),
  source: z.string(),
  licence: z.string(),
  /** SHA-256 of the cleaned text. */
  sha256: hex.length(64),
  documents: z.int().min(1),
  bytes: z.int().min(1),
});

/** `public/results/<experiment>.json` */
export const experimentResult = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  experiment: identifier,
  title: z.string(),
  question: z.string(),
  /** The claims of the paper it tests: the place, and what it says in our words. */
  claims: z.array(z.strictObject({ place: z.string(), text: z.string() })),
  profile: z.enum(['quick', 'full']),
  /** Written before the runs. */
  criterion: z.string(),
  /** What was added to the criterion when some of its runs were known, and why. */
  amendment: z.string().optional(),
  verdict,
  /** The command that makes the file again. */
  command: z.string(),
  corpora: z.array(corpusProvenance),
  /** What was measured on the trained models, and by which version of the code; null without an analysis. */
  analysis: z.strictObject({ id: identifier, version: z.string(), description: z.string() }).nullable(),
  groups: z.array(group).min(1),
  values: z.record(z.string(), quotable),
  runs: z.array(run).min(1),
});

/** `estimates/<experiment>.json`, which the site's build makes: of an experiment what a page computes again, without the runs. */
export const experimentEstimates = z.object(experimentResult.shape).pick({
  schemaVersion: true,
  experiment: true,
  analysis: true,
  groups: true,
});

/**
 * `public/results/new-seeds/<experiment>.json`: seeds that were trained when an experiment's results stood, held against
 * where those led one to expect them. They are no part of the results.
 */
export const newSeeds = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  experiment: identifier,
  profile: z.enum(['quick', 'full']),
  seeds: z.array(z.int().min(0)).min(1),
  /** The command that makes the file again. */
  command: z.string(),
  /** The new runs, with the fingerprint of their last evaluation. */
  runs: z.array(z.strictObject({ id: hex.length(16), group: identifier, seed: z.int().min(0), fingerprint: hex })),
  /** What the criterion comes to on the new seeds alone. */
  verdict,
  /** A measure of a point's trained models: the 95 % prediction interval by the published seeds, and the new values. */
  comparisons: z.array(
    z.strictObject({
      group: identifier,
      label: z.string(),
      measure: z.string(),
      /** The measure in words. */
      name: z.string(),
      expected: z.strictObject({ low: z.number(), high: z.number() }),
      values: z.array(z.number()).min(1),
    }),
  ),
});

/** `public/results/index.json` */
export const resultIndex = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  experiments: z.array(
    z.strictObject({
      id: identifier,
      title: z.string(),
      profile: z.enum(['quick', 'full']),
      outcome: verdict.shape.outcome,
      file: z.string(),
      sha256: hex.length(64),
    }),
  ),
});

export type Evaluation = z.infer<typeof evaluation>;
export type CodeVersions = z.infer<typeof codeVersions>;
export type Run = z.infer<typeof run>;
export type Measured = z.infer<typeof measured>;
export type AnalysisResult = z.infer<typeof analysisResult>;
export type MeasuredEstimate = z.infer<typeof measuredEstimate>;
export type Estimate = z.infer<typeof estimate>;
export type Quotable = z.infer<typeof quotable>;
export type Group = z.infer<typeof group>;
export type Verdict = z.infer<typeof verdict>;
export type CorpusProvenance = z.infer<typeof corpusProvenance>;
export type NewSeeds = z.infer<typeof newSeeds>;
export type ExperimentResult = z.infer<typeof experimentResult>;
export type ExperimentEstimates = z.infer<typeof experimentEstimates>;
export type ResultIndex = z.infer<typeof resultIndex>;
