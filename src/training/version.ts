/**
 * Raise it whenever initialisation, batches, schedule, loop or fingerprint give other bits: run ids hold it, so old
 * results are then kept apart from new ones. `loop.test.ts` fails when the bits changed and this did not.
 */
export const TRAINING_VERSION = '1';
