/** The numbers of one AdamW step that do not depend on a parameter; computed alike for every engine. */
import type { StepHyper } from './engine.ts';

export interface AdamwFactors {
  /** 1 - beta1^t, by which the first moment is divided, t being the count of this step from 1. */
  correction1: number;
  /** 1 - beta2^t */
  correction2: number;
  /** The factor of every gradient: 1, or `clipNorm` over the gradients' norm where that is larger. */
  gradientScale: number;
}

/** @param step the count of this step, from 1 */
export function adamwFactors(hyper: StepHyper, step: number, gradientNorm: number): AdamwFactors {
  return {
    correction1: 1 - wholePower(hyper.beta1, step),
    correction2: 1 - wholePower(hyper.beta2, step),
    gradientScale: gradientNorm > hyper.clipNorm ? hyper.clipNorm / gradientNorm : 1,
  };
}

/** base^exponent for a whole exponent, by products alone: `Math.pow` differs between JavaScript engines. */
function wholePower(base: number, exponent: number): number {
  let result = 1;
  for (let left = exponent, factor = base; left > 0; left = Math.floor(left / 2), factor *= factor) {
    if (left % 2 === 1) result *= factor;
  }
  return result;
}
