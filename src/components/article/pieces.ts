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
  /** Heights of the frame of its still picture, CSS pixels: of phones up to 400 wide, of the text's width, of text and margin. */
  still: { narrow: number; medium: number; wide: number };
  /** Where a model is trained: the published runs that it begins with. */
  runs?: { experiment: string; group: string };
}

const DRAWN = 'Drawn on a page of its own';
const HOW = 'How to train it without a browser';

export const PIECES = {
  'mixing-machine': {
    title: 'Averages of averages',
    instead: { path: 'mixing/#mixing-machine', label: DRAWN },
    anchors: ['mixing-machine', 'collapse-proof'],
    still: { narrow: 374, medium: 470, wide: 556 },
  },
  'path-sums': {
    title: 'The paths from token to token',
    instead: { path: 'mixing/#path-sums', label: DRAWN },
    anchors: ['path-sums'],
    still: { narrow: 886, medium: 418, wide: 472 },
  },
  'perturbation-explorer': {
    title: 'One word exchanged',
    instead: { path: 'explore/#brake', label: DRAWN },
    anchors: [],
    still: { narrow: 1304, medium: 1212, wide: 676 },
  },
  'head-switch': {
    title: 'A head that switches itself off',
    instead: { path: 'explore/#no-op', label: DRAWN },
    anchors: [],
    still: { narrow: 1600, medium: 1334, wide: 762 },
  },
  growth: {
    title: 'A stretch of training, in four measures',
    instead: { path: 'figures/emergence/', label: 'The whole of training, drawn' },
    anchors: ['brush'],
    still: { narrow: 1308, medium: 604, wide: 676 },
  },
  'live-run': {
    title: 'Train it yourself',
    instead: { path: 'experiments/emergence/#again', label: HOW },
    anchors: ['rerun'],
    still: { narrow: 1044, medium: 604, wide: 342 },
    runs: { experiment: 'emergence', group: 'tiny' },
  },
  'choose-context': {
    title: 'Train one of these lengths',
    instead: { path: 'experiments/context-length/#again', label: HOW },
    anchors: ['rerun-context'],
    still: { narrow: 1022, medium: 604, wide: 342 },
    runs: { experiment: 'context-length', group: 'fixed-16' },
  },
  'choose-packing': {
    title: 'Train one, and pull the token away',
    instead: { path: 'experiments/packing/#again', label: HOW },
    anchors: ['rerun-packing'],
    still: { narrow: 1286, medium: 770, wide: 508 },
    runs: { experiment: 'packing', group: 'causal-fixed' },
  },
  'choose-attention': {
    title: 'Train any of the seven',
    instead: { path: 'experiments/alternatives/#again', label: HOW },
    anchors: ['rerun-alternatives'],
    still: { narrow: 1022, medium: 584, wide: 342 },
    runs: { experiment: 'alternatives', group: 'softmax' },
  },
  'cache-demo': {
    title: 'Shrink the cache',
    instead: { path: 'figures/streaming/', label: 'What such caches cost' },
    anchors: ['shrink'],
    still: { narrow: 894, medium: 734, wide: 562 },
  },
  'backcopy-run': {
    title: 'Grow a sink',
    instead: { path: 'play/#growing', label: DRAWN },
    anchors: ['grow'],
    still: { narrow: 1460, medium: 874, wide: 834 },
  },
  'related-work': {
    title: 'Works around the paper',
    instead: { path: 'related/', label: 'Drawn, and as a table, on a page of its own' },
    anchors: ['related-work'],
    still: { narrow: 936, medium: 398, wide: 490 },
  },
} as const satisfies Record<string, Piece>;

export type PieceId = keyof typeof PIECES;
