/** `npm run pipeline -- <command>`: from arguments to a command, nothing else. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError, Option } from 'commander';
import { ResultError } from '../src/results/load.ts';
import { PEER_SETS, type PeerSet } from './bench/peers/index.ts';
import { bench } from './commands/bench.ts';
import { checkpoints } from './commands/checkpoints.ts';
import type { CommandContext } from './commands/context.ts';
import { exportResults } from './commands/export.ts';
import { list } from './commands/list.ts';
import { run } from './commands/run.ts';
import { status } from './commands/status.ts';
import { verify } from './commands/verify.ts';
import { verifySummaries } from './commands/verify-summaries.ts';
import { loadProvenance } from './corpus/index.ts';
import { PipelineError, UsageError } from './errors.ts';
import { experiments } from './experiments/index.ts';
import { listenForInterrupts } from './interrupt.ts';
import { findExperiment, parseCount, parseProfile, parseSeeds, parseShard } from './plan.ts';
import type { Terminal } from './progress.ts';
import { writeProvenance } from './provenance/write.ts';
import { Store } from './store.ts';
import { versionsOf } from './versions.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Where a command writes, and what tests put in place of the usual. */
export interface Surroundings {
  out: Terminal;
  err: Terminal;
  replaced?: Partial<CommandContext>;
}

/**
 * Carries out one command.
 * @returns the exit status: 0 done, 1 failed, 2 not understood, 130 interrupted.
 */
export async function main(args: readonly string[], { out, err, replaced }: Surroundings): Promise<number> {
  let exitStatus = 0;
  const program = new Command('npm run pipeline --').exitOverride().configureOutput({
    writeOut: (text) => out.write(text),
    writeErr: (text) => err.write(text),
  });
  addCommands(program, args, out, replaced ?? {}, (value) => {
    exitStatus = value;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitStatus;
  } catch (error) {
    // Commander has said already what it did not understand; asking for help is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof UsageError) {
      err.write(`error: ${error.message}\n`);
      return 2;
    }
    const expected = error instanceof PipelineError || error instanceof ResultError;
    err.write(expected ? `error: ${error.message}\n` : `a fault of this program: ${(error as Error).stack}\n`);
    return 1;
  }
}

function addCommands(
  program: Command,
  args: readonly string[],
  out: Terminal,
  replaced: Partial<CommandContext>,
  setStatus: (exitStatus: number) => void,
): void {
  program
    .description('Trains the models of every experiment, and exports the results that the site shows.')
    .showHelpAfterError('(--help after a command lists its options)')
    .addOption(
      new Option('--results <folder>', 'where results are kept').default(join(ROOT, 'public/results')).hideHelp(),
    )
    .addOption(
      new Option('--work <folder>', 'where unfinished runs are kept').default(join(ROOT, '.pipeline')).hideHelp(),
    );

  const context = (): CommandContext => ({
    experiments,
    versionsOf,
    provenanceOf: loadProvenance,
    store: new Store(program.opts<{ results: string; work: string }>()),
    out,
    listenForInterrupts,
    ...replaced,
  });
  const cores = String(availableParallelism());
  const jobs = () => new Option('--jobs <n>', 'runs at a time, each on one core').default(cores);

  program
    .command('run')
    .description('train the runs that are missing, then export what is complete; finished runs are never made twice')
    .option('--only <experiment...>', 'of these experiments only')
    .addOption(new Option('--profile <name>', 'quick (minutes) or full (hours)').default('quick'))
    .option(
      '--shard <part/parts>',
      'a part of the runs, such as 1/4; copy the run files of all parts together, then export',
    )
    .option(
      '--seeds <seeds>',
      'other seeds than the published ones, such as 5..9, compared with what those lead one to expect',
    )
    .addOption(jobs())
    .option('--replace', 'make runs again whose files cannot be read; the files are kept in .pipeline/set-aside')
    .action(async (options: RunArguments) => {
      const { experiments: known } = context();
      const exitStatus = await run(
        {
          only: options.only?.map((name) => findExperiment(name, known).id) ?? null,
          profile: parseProfile(options.profile),
          shard: options.shard === undefined ? null : parseShard(options.shard),
          seeds: options.seeds === undefined ? null : parseSeeds(options.seeds),
          jobs: parseCount('--jobs', options.jobs, 1),
          replace: options.replace ?? false,
          command: `npm run pipeline -- ${args.join(' ')}`,
        },
        context(),
      );
      setStatus(exitStatus);
    });

  program
    .command('list')
    .description('the experiments: what they ask, and how many runs each profile takes')
    .action(() => setStatus(list(context())));

  program
    .command('status')
    .description('what is done, begun and missing, and which files cannot be read')
    .action(() => setStatus(status(context())));

  program
    .command('verify')
    .description('train exported runs again and compare every parameter, bit by bit')
    .argument('[experiment]', 'the experiment; with --sample or --summaries all of them without it')
    .option('--run <id>', 'one run of it; all without this')
    .addOption(new Option('--sample <n>', 'so many runs, drawn at random').conflicts('run'))
    .option('--from <step>', 'begin at a published checkpoint, not at the first weights')
    .option('--to <step>', 'compare up to this step only')
    .addOption(
      new Option('--stretch <how>', 'draw a stretch of each run at random, which begins at its last start before')
        .choices(['random'])
        .conflicts(['from', 'to']),
    )
    .addOption(
      new Option('--analyses', 'measure the trained models again, too, and compare').conflicts([
        'stretch',
        'from',
        'to',
      ]),
    )
    .addOption(
      new Option('--summaries', 'train nothing: compute the exported files anew, and compare byte by byte').conflicts([
        ...['run', 'sample', 'stretch', 'from', 'to', 'analyses'],
      ]),
    )
    .addOption(jobs())
    .action(async (experiment: string | undefined, options: VerifyArguments) => {
      const { experiments: known } = context();
      if (options.summaries) {
        const chosen = experiment === undefined ? known : [findExperiment(experiment, known)];
        setStatus(await verifySummaries(chosen, context()));
        return;
      }
      if (experiment === undefined && (options.sample === undefined || options.analyses)) {
        const lacking = options.analyses
          ? '--analyses needs an experiment'
          : 'verify needs an experiment, --sample or --summaries';
        throw new UsageError(`${lacking}; known are: ${known.map(({ id }) => id).join(', ')}`);
      }
      const step = (option: string, text?: string) => (text === undefined ? null : parseCount(option, text, 0));
      const stretch = { from: step('--from', options.from), to: step('--to', options.to) };
      const exitStatus = await verify(
        {
          experiment: experiment ?? null,
          run: options.run ?? null,
          sample: options.sample === undefined ? null : parseCount('--sample', options.sample, 1),
          stretch: options.stretch ?? stretch,
          analyses: options.analyses ?? false,
          jobs: parseCount('--jobs', options.jobs, 1),
        },
        context(),
      );
      setStatus(exitStatus);
    });

  program
    .command('checkpoints')
    .description(
      'publish states in the middle of runs, proven by their fingerprints; without an experiment, list them anew',
    )
    .argument('[experiment]', 'the experiment; the first run of each of its groups')
    .option('--run <id>', 'one run of it')
    .addOption(new Option('--parts <n>', 'parts into which a run is cut').default('2'))
    .addOption(jobs())
    .action(async (experiment: string | undefined, options: CheckpointsArguments) => {
      const exitStatus = await checkpoints(
        {
          experiment: experiment ?? null,
          run: options.run ?? null,
          parts: parseCount('--parts', options.parts, 2),
          jobs: parseCount('--jobs', options.jobs, 1),
        },
        context(),
      );
      setStatus(exitStatus);
    });

  program
    .command('export')
    .description('write public/results from the finished runs: experiments, index and JSON Schemas')
    .action(async () => setStatus(await exportResults(context())));

  program
    .command('manifest')
    .description('describe the files that stand in public anew: manifest, checksums, RO-Crate; export does it too')
    .action(() => {
      const files = writeProvenance(context().store);
      out.write(`public/results/manifest.json: ${files} files\n`);
    });

  program
    .command('bench')
    .description('how fast the kernels train here, beside other libraries that train the same model')
    .addOption(new Option('--repetitions <n>', 'timed rounds, of which the median counts').default('5'))
    .addOption(
      new Option('--peers <set>', 'who races: none, node (from npm) or python (these and PyTorch, by PYTHON)')
        .choices(Object.keys(PEER_SETS))
        .default('node'),
    )
    .option('--json <file>', 'where to write the numbers')
    .action(async ({ repetitions, peers, json }: BenchArguments) => {
      const rounds = parseCount('--repetitions', repetitions, 1);
      const where = json === undefined ? {} : { json };
      setStatus(await bench({ out, repetitions: rounds, peers: PEER_SETS[peers], ...where }));
    });
}

interface BenchArguments {
  repetitions: string;
  peers: PeerSet;
  json?: string;
}

interface RunArguments {
  only?: string[];
  profile: string;
  shard?: string;
  seeds?: string;
  jobs: string;
  replace?: boolean;
}

interface VerifyArguments {
  run?: string;
  sample?: string;
  from?: string;
  to?: string;
  stretch?: 'random';
  analyses?: boolean;
  summaries?: boolean;
  jobs: string;
}

interface CheckpointsArguments {
  run?: string;
  parts: string;
  jobs: string;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // A reader such as `head` may close its end at any time; the work goes on to its end without being told.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  process.exitCode = await main(process.argv.slice(2), { out: process.stdout, err: process.stderr });
}
