/** The worker that reads. Model and tokenizer are loaded here, with the first request. */
import { faultOf } from '../lab/faults.ts';
import { fetchModel } from './model-files.ts';
import type { FromCacheWorker, ReadRequest } from './protocol.ts';
import { type Reading, readTokens } from './reading.ts';
import { tokensOf } from './tokens.ts';

let latest = 0;

async function answer({ id, root, model: name, documents, length, policies }: ReadRequest): Promise<void> {
  const post = (message: FromCacheWorker, transfer: Transferable[] = []) => self.postMessage(message, { transfer });
  try {
    post({ id, type: 'progress', what: 'loading' });
    const model = await fetchModel(root, name);
    post({ id, type: 'progress', what: 'reading' });
    const tokens = tokensOf(documents, model.tokenizer, length);
    const readings: Reading[] = [];
    for (const policy of policies) {
      const reading = await readTokens(model, tokens, policy, async () => {
        await breathe();
        return latest === id;
      });
      if (reading === null) return;
      readings.push(reading);
    }
    const labels = Array.from(tokens.subarray(0, -1), model.tokenizer.label);
    const buffers = readings.flatMap(({ losses, holding }) => [losses.buffer, holding.buffer] as ArrayBuffer[]);
    post({ id, type: 'read', labels, readings }, buffers);
  } catch (error) {
    post({ id, type: 'failed', fault: faultOf(error) });
  }
}

/** Lets a newer request come in. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

self.onmessage = ({ data }: MessageEvent<ReadRequest>) => {
  latest = data.id;
  void answer(data);
};
