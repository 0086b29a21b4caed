/** PyTorch on one thread, in a process of its own that takes a step whenever it is told to; PYTHON names the interpreter. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Peer } from '../../../src/benchmark/peer.ts';
import { batchOf, HYPER } from '../../../src/benchmark/workload.ts';
import { parameterShapes } from '../../../src/transformer/parameters.ts';

export const pytorchPeer: Peer = {
  name: 'PyTorch',
  async start({ model, sequences }, parameters) {
    const python = process.env['PYTHON'] || 'python3';
    const script = fileURLToPath(new URL('pytorch.py', import.meta.url));
    const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
    const child = spawn(python, [script], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    let complaint = '';
    child.stderr.on('data', (part: Buffer) => {
      complaint = (complaint + part.toString()).slice(-1000);
    });
    const failure = new Promise<never>((_, reject) => {
      child.on('error', () => reject(new Error(`there is no ${python}; PYTHON can name another interpreter`)));
      child.on('close', () => {
        const last = complaint.trim().split('\n').at(-1) || 'it ended without a word';
        reject(new Error(`${python}: ${last}; PYTHON can name another interpreter`));
      });
    });
    failure.catch(() => {}); // it also ends when it is told to
    child.stdin.on('error', () => {}); // told by `failure`
    const answer = async () => (await Promise.race([nextLine(lines), failure])).trim();

    const shapes = parameterShapes(model);
    const batch = batchOf({ name: '', model, sequences });
    child.stdin.write(`${JSON.stringify({ model, sequences, hyper: HYPER, parameters: shapes })}\n`);
    for (const { name } of shapes) child.stdin.write(bytesOf(parameters[name]!));
    child.stdin.write(bytesOf(batch.inputs));
    child.stdin.write(bytesOf(batch.targets));
    await answer();
    return {
      async step() {
        child.stdin.write('\n');
        return Number(await answer());
      },
      dispose: () => void child.kill(),
    };
  },
};

/** The next line; never, when there are no more. */
async function nextLine(lines: AsyncIterator<string>): Promise<string> {
  const { value, done } = await lines.next();
  return done ? new Promise(() => {}) : value;
}

function bytesOf(values: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
