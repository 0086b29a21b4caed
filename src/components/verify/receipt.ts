/** What a reader can keep of a verification: what was compared, to which step, with what, and what came out. */
import { checkpointPath } from '../../results/checkpoints.ts';
import type { CodeVersions } from '../../results/schema.ts';
import type { RunSpecification } from '../../training/specification.ts';
import type { Difference } from './compare.ts';
import type { SiteFacts } from './runs.ts';
import {
  type Check,
  holds,
  isComplete,
  isSound,
  provenEvaluations,
  provenStep,
  type Verification,
} from './verification.ts';
import { verdictOf } from './words.ts';

export interface Receipt {
  kind: 'first-token/verification';
  receiptVersion: 2;
  /**
   * `verified`: all of the run; `verified in part`: a stretch of it. `files differ`: every fingerprint compared is the
   * published one, but a file that was used is not.
   */
  outcome: 'verified' | 'verified in part' | 'different' | 'files differ';
  summary: string;
  run: string;
  /** Where the published file of the run was fetched. */
  file: string;
  specification: RunSpecification;
  versions: CodeVersions;
  /**
   * Where training began: null for the run's first weights, else the checkpoint, whose parameters were compared and what
   * was before it was not.
   */
  checkpoint: { step: number; file: string; sha256: string } | null;
  /** The first and the last step whose evaluations are the published ones; null where none is. */
  verifiedFromStep: number | null;
  verifiedToStep: number | null;
  steps: number;
  evaluationsVerified: number;
  evaluations: number;
  /** One an evaluation verified: what was published and what came out here are the same. */
  fingerprints: { step: number; fingerprint: string }[];
  difference: Difference | null;
  checks: (Check & { same: boolean })[];
  site: { address: string; version: string; commit: string | null };
  browser: { userAgent: string; threads: number };
  /** ISO 8601, when the receipt was written. */
  date: string;
  /** Of training and evaluation. */
  seconds: number;
  tokensPerSecond: number | null;
}

export interface Circumstances {
  site: SiteFacts;
  /** The address of the site's root. */
  address: string;
  userAgent: string;
  date: Date;
}

/** The receipt of a verification that has compared something; null of one that has not. */
export function receiptOf(state: Verification, { site, address, userAgent, date }: Circumstances): Receipt | null {
  const { run, difference, proven } = state;
  if (run === null || (proven === 0 && difference === null)) return null;
  const compared = provenEvaluations(state);
  const same = isComplete(state) ? 'verified' : 'verified in part';
  const { tokensPerSecond } = state;
  return {
    kind: 'first-token/verification',
    receiptVersion: 2,
    outcome: difference ? 'different' : isSound(state) ? same : 'files differ',
    summary: verdictOf(state),
    run: run.id,
    file: `${address}results/runs/${run.id}.json`,
    specification: run.specification,
    versions: run.versions,
    checkpoint: checkpointOf(state, address),
    verifiedFromStep: compared[0]?.step ?? null,
    verifiedToStep: provenStep(state),
    steps: run.specification.training.steps,
    evaluationsVerified: proven,
    evaluations: run.evaluations.length,
    fingerprints: compared.map(({ step, fingerprint }) => ({ step, fingerprint })),
    difference,
    checks: state.checks.map((check) => ({ ...check, same: holds(check) })),
    site: { address, version: site.version, commit: site.commit },
    browser: { userAgent, threads: state.threads },
    date: date.toISOString(),
    seconds: Number(state.seconds.toFixed(2)),
    tokensPerSecond: tokensPerSecond === null ? null : Math.round(tokensPerSecond),
  };
}

/** The checkpoint that was used, by the bytes that came. */
function checkpointOf({ run, from, checks }: Verification, address: string): Receipt['checkpoint'] {
  const used = checks.find(({ about }) => about === 'checkpoint');
  if (run === null || used === undefined) return null;
  return { step: from, file: address + checkpointPath({ run: run.id, step: from }), sha256: used.here };
}
