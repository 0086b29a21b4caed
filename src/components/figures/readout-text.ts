/** What is read off a figure at one position, in words. */
import type { Readout } from './figure.ts';

/** `Training step 240: attention to the first token 0.31, validation loss 3.4 nats`. */
export function readoutLine({ axis, positions, series }: Readout, index: number): string {
  const values = series.filter((one) => one.values[index] !== null);
  return `${axis} ${positions[index]}: ${values.map(({ label, texts }) => `${label} ${texts[index]}`).join(', ')}`;
}
