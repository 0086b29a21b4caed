/**
 * Whether TensorFlow.js computes on the reader's device what the kernels compute. Some graphics processors return zero
 * or wrong gradients; a run on one of them would show a reader what no model does.
 */
import type { Batch, Engine } from '../../engine/engine.ts';
import type { Parameters } from '../../transformer/parameters.ts';

export interface Agreement {
  /** |difference| of the losses of one batch over the kernels' loss. */
  loss: number;
  /** The largest |difference| of a gradient over the largest gradient of all. */
  gradient: number;
  /** The tensor in which it is. */
  tensor: string;
}

/** Beyond this an engine is not to be trusted; float32 in another order of sums stays a hundred times below. */
export const ACCEPTED = 1e-2;

/** Compares an engine with the kernels on one batch, both at the same parameters. */
export async function compareEngines(engine: Engine, kernels: Engine, batch: Batch): Promise<Agreement> {
  const expected = await kernels.evaluate(batch);
  const { loss } = await engine.evaluate(batch);
  const relative = Math.abs(loss - expected.loss) / expected.loss;
  return { loss: relative, ...worstGradient(await engine.gradients(batch), await kernels.gradients(batch)) };
}

/** Whether a run may go on; a difference that is no number is none that may. */
export function isAccepted({ loss, gradient }: Agreement): boolean {
  return loss <= ACCEPTED && gradient <= ACCEPTED;
}

function worstGradient(actual: Parameters, expected: Parameters): Pick<Agreement, 'gradient' | 'tensor'> {
  let largest = 0;
  let worst = { difference: -1, tensor: '' };
  for (const [tensor, values] of Object.entries(expected)) {
    for (const [i, value] of values.entries()) {
      largest = Math.max(largest, Math.abs(value));
      const difference = Math.abs((actual[tensor]?.[i] ?? Number.NaN) - value);
      if (!(difference <= worst.difference)) worst = { difference, tensor };
      if (Number.isNaN(difference)) return { gradient: Number.NaN, tensor };
    }
  }
  return { gradient: worst.difference / largest, tensor: worst.tensor };
}

/** The comparison in words. */
export function agreementInWords(agreement: Agreement): string {
  const { tensor } = agreement;
  const [loss, gradient] = [agreement.loss, agreement.gradient].map(magnitude);
  const verdict = isAccepted(agreement)
    ? 'agrees with the kernels on this device'
    : 'is not to be trusted on this device';
  return `TensorFlow.js ${verdict}: before the first step its loss differed by ${loss} of theirs, its gradients by ${gradient} of the largest (most in ${tensor}).`;
}

function magnitude(value: number): string {
  if (Number.isNaN(value)) return 'more than any number';
  if (value === 0) return 'nothing';
  const [mantissa, exponent] = value.toExponential(0).split('e') as [string, string];
  return `${mantissa} × 10${Array.from(exponent, superscript).join('')}`;
}

function superscript(character: string): string {
  return '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(character)] ?? (character === '-' ? '⁻' : '');
}
