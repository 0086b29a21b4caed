/**
 * Raise it whenever the kernels, or how they are called, give other bits: run ids hold it, so old results are then kept
 * apart from new ones. `bits.test.ts` fails when the bits changed and this did not.
 */
export const KERNELS_ENGINE_VERSION = '1';
