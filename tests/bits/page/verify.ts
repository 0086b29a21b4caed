/** The page that every browser opens to verify a published run, by what the site's own pages use, and that reports the receipt. */
import { receiptOf } from '../../../src/components/verify/receipt.ts';
import { Session, type WorkerLike } from '../../../src/components/verify/session.ts';
import { isWorking } from '../../../src/components/verify/verification.ts';
import { readRun } from '../../../src/results/load.ts';
import type { VerificationOrder, VerificationReport } from '../site.ts';

const order: VerificationOrder = JSON.parse(new URLSearchParams(location.search).get('order')!);
const { userAgent } = navigator;

async function report(body: VerificationReport): Promise<void> {
  await fetch('report', { method: 'POST', body: JSON.stringify(body) });
}

const session = new Session({
  site: order.site,
  root: '/',
  createWorker: () =>
    new Worker(new URL('../../../src/components/verify/verify.worker.ts', import.meta.url), {
      type: 'module',
    }) as WorkerLike,
  fetchText: async (address) => (await fetch(address)).text(),
  readRun: async (text, file) => readRun(text, file),
  onChange: (state) => {
    if (state.phase === 'idle' || isWorking(state)) return;
    const receipt = receiptOf(state, { site: order.site, address: location.origin, userAgent, date: new Date() });
    void report({ userAgent, receipt, problem: state.problem });
  },
});
void session.begin(order.choice, order.stretch);
