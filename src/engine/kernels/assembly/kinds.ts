/** How scores become weights; each is computed in `weights.ts`. Read by the kernels and by the TypeScript around them. */
export const SOFTMAX = 0;
/** Softmax with one more score a query, of a key whose value is zero. */
export const SINK_SOFTMAX = 1;
export const SIGMOID = 2;
export const SOFTPICK = 3;
export const RELU = 4;
