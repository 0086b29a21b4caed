/**
 * The interactive pieces that the article fetches as its reader comes near. Each has a file of its own in
 * `src/pages/pieces/`, named by its id here.
 */

interface Piece {
  title: string;
  /** For a reader without scripts: a path of this site, and what stands there. */
  instead: { path: string; label: string };
  /** The ids within it that links lead to. */
  anchors: readonly string[];
}

const DRAWN = 'Drawn on a page of its own';
const HOW = 'How to train it without a browser';

export const PIECES = {
  'mixing-machine': {
    title: 'Averages of averages',
    instead: { path: 'mixing/#mixing-machine', label: DRAWN },
    anchors: ['mixing-machine', 'collapse-proof'],
  },
  'path-sums': {
    title: 'The paths from token to token',
    instead: { path: 'mixing/#path-sums', label: DRAWN },
    anchors: ['path-sums'],
  },
  'perturbation-explorer': {
    title: 'One word exchanged',
    instead: { path: 'explore/#brake', label: DRAWN },
    anchors: [],
  },
  'head-switch': {
    title: 'A head that switches itself off',
    instead: { path: 'explore/#no-op', label: DRAWN },
    anchors: [],
  },
  growth: {
    title: 'A stretch of training, in four measures',
    instead: { path: 'figures/emergence/', label: 'The whole of training, drawn' },
    anchors: ['brush'],
  },
  'live-run': {
    title: 'Train it yourself',
    instead: { path: 'experiments/emergence/#again', label: HOW },
    anchors: ['rerun'],
  },
  'choose-context': {
    title: 'Train one of these lengths',
    instead: { path: 'experiments/context-length/#again', label: HOW },
    anchors: ['rerun-context'],
  },
  'choose-packing': {
    title: 'Train one, and pull the token away',
    instead: { path: 'experiments/packing/#again', label: HOW },
    anchors: ['rerun-packing'],
  },
  'choose-attention': {
    title: 'Train any of the seven',
    instead: { path: 'experiments/alternatives/#again', label: HOW },
    anchors: ['rerun-alternatives'],
  },
  'cache-demo': {
    title: 'Shrink the cache',
    instead: { path: 'figures/streaming/', label: 'What such caches cost' },
    anchors: ['shrink'],
  },
  'backcopy-run': {
    title: 'Grow a sink',
    instead: { path: 'play/#growing', label: DRAWN },
    anchors: ['grow'],
  },
  'related-work': {
    title: 'Works around the paper',
    instead: { path: 'related/', label: 'Drawn, and as a table, on a page of its own' },
    anchors: ['related-work'],
  },
} as const satisfies Record<string, Piece>;

export type PieceId = keyof typeof PIECES;
