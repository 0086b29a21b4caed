/** README is true: what it names exists, its commands are understood, and its changes apply to the source and work. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../pipeline/cli.ts';
import { readMap } from '../src/components/architecture/readme-map.ts';

const readme = readFileSync('README.md', 'utf8');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const diffs = [...readme.matchAll(/^```diff\n([\s\S]*?)^```$/gm)].map(([, diff]) => diff!);
const prose = readme.replaceAll(/^```diff\n[\s\S]*?^```$/gm, '');

const foldersOf = (folder: string) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${folder}/${name}`);

describe('the map', () => {
  const places = readMap(readme);

  it('names nothing that is not there, and says something of all but `src`', () => {
    for (const [place, about] of places) {
      expect(existsSync(place), place).toBe(true);
      if (place !== 'src') expect(about, place).not.toBe('');
    }
  });

  it.each(['src', 'pipeline', 'src/components', 'public'])('names every folder of %s', (folder) => {
    expect([...places.keys()]).toEqual(expect.arrayContaining(foldersOf(folder)));
  });
});

it('names only files and folders that exist', () => {
  const named = [...prose.matchAll(/`((?:src|pipeline|tests|scripts|public)\/[\w./-]+)`/g)].map(([, path]) => path!);
  expect(named).toContain('tests/architecture.test.ts');
  for (const path of named) expect(existsSync(path), path).toBe(true);
  for (const [, path] of prose.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) expect(existsSync(path!), path).toBe(true);
});

describe('commands', () => {
  const commands = [...prose.matchAll(/npm (?!package)(run )?([a-z][\w:-]*)((?: (?!#)[^`\n#]+)?)/g)].map(
    ([, run, name, rest]) => ({
      run: run !== undefined,
      name: name!,
      rest: rest!.trim().replace(/^-- /, ''),
    }),
  );

  it('are scripts of package.json', () => {
    for (const { run, name } of commands) {
      expect(scripts[name], name).toBeDefined();
      if (!run) expect(['start', 'test']).toContain(name);
    }
  });

  const pipeline = commands.filter(({ name, rest }) => name === 'pipeline' && /^[a-z]/.test(rest));
  it.each(pipeline.map(({ rest }) => rest))('pipeline -- %s', async (rest) => {
    const [command = '', ...options] = rest.split(/\s+/);
    const said: string[] = [];
    const terminal = { write: (text: string) => said.push(text) };
    const surroundings = { out: terminal, err: terminal } as unknown as Parameters<typeof main>[1];
    expect(await main([command, '--help'], surroundings), said.join('')).toBe(0);
    for (const option of options.filter((word) => word.startsWith('--'))) expect(said.join('')).toContain(option);
  });
});

describe('each change', () => {
  /** What the source and its tests need, in a folder of its own. */
  function copyOfSource(): string {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'first-token-readme-')));
    for (const part of ['src', 'pipeline', 'tests', 'scripts', 'package.json', 'tsconfig.json', 'vitest.config.ts']) {
      cpSync(part, join(folder, part), { recursive: true });
    }
    for (const part of ['public', 'node_modules']) symlinkSync(realpathSync(part), join(folder, part), 'junction');
    return folder;
  }

  /** Runs a program to its end and fails with what it said. */
  function run(folder: string, program: string, args: readonly string[], input = ''): void {
    // Nothing of a repository or a test runner around this one reaches it.
    const { NODE_OPTIONS: _options, VITEST: _vitest, ...env } = process.env;
    const { status, stdout, stderr, error } = spawnSync(program, args, {
      cwd: folder,
      encoding: 'utf8',
      input,
      env: { ...env, GIT_CEILING_DIRECTORIES: dirname(folder) },
    });
    expect(error, `${program} could not be started`).toBeUndefined();
    expect(status, `${stdout}\n${stderr}`).toBe(0);
  }

  it('is shown whole: an experiment, a figure, an attention kind', () => {
    const added = diffs.map((diff) => [...diff.matchAll(/^\+\+\+ b\/(.*)$/gm)].map(([, path]) => path));
    expect(added.map((paths) => paths.join(' '))).toEqual([
      expect.stringContaining('pipeline/experiments/'),
      expect.stringContaining('src/components/figures/'),
      expect.stringContaining('src/engine/kernels/assembly/'),
    ]);
  });

  it('applies to the source as it is, and passes the tests that belong to it', () => {
    const folder = copyOfSource();
    try {
      for (const diff of diffs) run(folder, 'git', ['apply', '-'], diff);
      run(folder, process.execPath, ['scripts/build-kernels.mjs']);
      const vitest = join('node_modules', 'vitest', 'vitest.mjs');
      const files = [
        'pipeline/experiments/grids.test.ts',
        'src/content/claims/claims.test.ts',
        'tests/figures/figures.test.ts',
        'src/engine/kernels/definition.test.ts',
        'src/engine/kernels/agreement.test.ts',
      ];
      // What the changes add has these names; other tests of the same files ran already, where they stand.
      const names = 'batch-size|experiment tests a claim|sink-and-loss|squared-relu';
      run(folder, process.execPath, [vitest, 'run', ...files, '-t', names, '--update', '--testTimeout=300000']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 1_200_000);
});
