import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('a reader that has read enough, such as head, ends the output and nothing else', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  // `true` is gone long before the first line is written.
  const { stderr, stdout } = spawnSync(
    'bash',
    ['-c', `{ node --import tsx pipeline/cli.ts list; echo "exit $?" >&2; } | true`],
    { cwd: root, encoding: 'utf8' },
  );
  expect(stdout).toBe('');
  expect(stderr).toBe('exit 0\n');
}, 60_000);
