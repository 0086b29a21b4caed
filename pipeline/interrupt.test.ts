import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Store } from './store.ts';

/** Starts the trial pipeline and calls `onOutput` with all that it has written so far. */
function start(corpus: string, onOutput: (output: string, kill: (signal: NodeJS.Signals) => void) => void) {
  const script = fileURLToPath(new URL('./interrupt.fixture.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, corpus], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
    onOutput(output, (signal) => child.kill(signal));
  });
  return new Promise<{ exitStatus: number | null; output: string; folder: string }>((resolve) => {
    child.on('close', (exitStatus) => resolve({ exitStatus, output, folder: output.split('\n')[0]! }));
  });
}

describe('Ctrl-C', () => {
  it.each<NodeJS.Signals>(['SIGINT', 'SIGTERM'])(
    '(%s, twice at once as npm does it) keeps whole states',
    async (signal) => {
      let sent = false;
      const { exitStatus, output, folder } = await start('slow', (text, kill) => {
        if (sent || !text.includes('begins')) return;
        sent = true;
        kill(signal);
        kill(signal);
      });
      expect(exitStatus).toBe(130);
      expect(output).toContain('Stopping at the next step. Ctrl-C again ends at once');
      expect(output).toContain('Interrupted; what was done is kept. To go on: npm run pipeline --');
      const store = new Store({ results: join(folder, 'results'), work: join(folder, 'work') });
      const begun = fs.readdirSync(join(folder, 'work'));
      expect(begun.length).toBeGreaterThan(0);
      for (const id of begun) {
        expect(fs.readdirSync(join(folder, 'work', id))).toEqual(['state']);
        expect(store.readUnfinished(id, (message) => expect.fail(message))).not.toBeNull();
      }
      fs.rmSync(folder, { recursive: true });
    },
  );

  it('a second time ends a program that does not stop', async () => {
    let sent = 0;
    const { exitStatus, folder } = await start('stuck', (text, kill) => {
      // A run that is asked to stop before its first step ends by itself, and the second signal would find nobody listening.
      if (sent === 0 && text.includes('waits for ever')) {
        sent = performance.now();
        kill('SIGINT');
        setTimeout(() => kill('SIGINT'), 1_200);
      }
    });
    expect(exitStatus).toBe(130);
    expect(performance.now() - sent).toBeLessThan(30_000);
    fs.rmSync(folder, { recursive: true });
  });
});
