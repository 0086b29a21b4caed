/** The worker that verifies. The text and the kernels are loaded here, when a verification begins and not before. */
import { fetchCheckpoint } from './fetch-checkpoint.ts';
import type { ToWorker } from './protocol.ts';
import { loadSourceText } from './source-text.ts';
import { startKernels } from './start-kernels.ts';
import { createVerifier } from './verifier.ts';

const tell = createVerifier({
  async load({ specification, root, from }, onPhase) {
    onPhase('text');
    const { source, hashes } = await loadSourceText(root, specification.data);
    const streams = source.streams(specification);
    if (from) onPhase('checkpoint');
    const fetched = from && (await fetchCheckpoint(from));
    onPhase('model');
    const { engine, threads, hash } = await startKernels(specification);
    const files = { ...hashes, kernels: hash, ...(fetched ? { checkpoint: fetched.hash } : {}) };
    return { engine, ...streams, threads, files, checkpoint: fetched?.bytes ?? null };
  },
  post: (message) => self.postMessage(message),
  now: () => performance.now(),
});

self.onmessage = ({ data }: MessageEvent<ToWorker>) => tell(data);
