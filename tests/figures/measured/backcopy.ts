import type { InventedMeasures } from './index.ts';

/** Softmax sinks at other symbols alone, with a drained value; Adam at three layers has a peak; ReLU has none of it. */
export const backcopy: InventedMeasures = ({ model: { layers, heads, attention }, training }, noise) => {
  const softmax = attention === 'softmax';
  const adam = training.epsilon < 1;
  const sink = softmax ? (adam ? 0.85 : 0.5) + 0.05 * noise() : 0.01;
  const trigger = 0.02 + 0.01 * noise();
  const table = (value: number) => Array.from({ length: layers }, () => new Array<number>(heads).fill(value));
  const norm = softmax ? 0.2 + 0.05 * noise() : 0.8 + 0.1 * noise();
  const peak = softmax && adam && layers > 1 ? 3 + noise() : 1 + 0.2 * noise();
  return {
    'first-attention/non-trigger': table(sink),
    'first-attention/trigger': table(trigger),
    'previous-attention/non-trigger': table(0.1),
    'previous-attention/trigger': table(0.9),
    'total-attention/non-trigger': table(softmax ? 1 : 0.3),
    'total-attention/trigger': table(softmax ? 1 : 0.8),
    'first-value-norm': table(norm),
    'first-state-norm': Array.from({ length: layers + 1 }, () => peak),
    'sink-head/non-trigger': sink,
    'sink-head/trigger': trigger,
    'sink-head/first-value-norm': norm,
    'sink-head/layer': 0,
    'largest-inner-state-norm': peak,
    'loss/trigger': 0.05 + 0.02 * noise(),
    'loss/non-trigger': 1.8 + 0.05 * noise(),
  };
};
