/** The worker that verifies. The text and the kernels are loaded here, when a verification begins and not before. */
import type { ToWorker } from './protocol.ts';
import { loadSourceText } from './source-text.ts';
import { startKernels } from './start-kernels.ts';
import { createVerifier } from './verifier.ts';

const tell = createVerifier({
  async load({ specification, root }, onPhase) {
    onPhase('text');
    const { source, hashes } = await loadSourceText(root, specification.data);
    const streams = source.streams(specification);
    onPhase('model');
    const { engine, threads, hash } = await startKernels(specification);
    return { engine, ...streams, threads, files: { ...hashes, kernels: hash } };
  },
  post: (message) => self.postMessage(message),
  now: () => performance.now(),
});

self.onmessage = ({ data }: MessageEvent<ToWorker>) => tell(data);
