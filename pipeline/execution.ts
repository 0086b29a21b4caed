/** When and on what a run was made. Nothing that names a person or a host. */
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));

/** The commit of the code, with `-dirty` when files differ from it; `unknown` outside of git. */
export function currentCommit(): string {
  try {
    const commit = git('rev-parse', 'HEAD');
    // Results and models are what the pipeline writes; that they change does not make the code another.
    return git('status', '--porcelain', '--', '.', ':(exclude)public/results', ':(exclude)public/models') === ''
      ? commit
      : `${commit}-dirty`;
  } catch {
    return 'unknown';
  }
}

/** `AMD EPYC 7B13, 2 cores` */
export function machine(): string {
  const cores = availableParallelism();
  const model = cpus()[0]?.model.replace(/\s+/g, ' ').trim() || process.arch;
  return `${model}, ${cores} ${cores === 1 ? 'core' : 'cores'}`;
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: PROJECT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}
