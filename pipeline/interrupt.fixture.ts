/** A process for the test of Ctrl-C: runs the trial pipeline on the corpus it is given and prints its folder first. */
import { trialExperiment, trialPipeline } from './cli.fixture.ts';

const { folder, pipeline } = trialPipeline({
  experiments: [trialExperiment(process.argv[2])],
  interruptAt: { signals: true },
  onOutput: (text) => process.stdout.write(text),
});
process.stdout.write(`${folder}\n`);
const { exitStatus } = await pipeline('run', '--jobs', '2');
process.exitCode = exitStatus;
