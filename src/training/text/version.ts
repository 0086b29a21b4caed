/**
 * Versions of the text that runs are trained on. A run's identity holds them, so that results of another text are
 * kept apart. Tests fail when the text, its split, its packing or its tokens change and these do not.
 */

/** Raise it whenever the cleaned text of a corpus, the split or the packing changes. */
export const CORPUS_VERSION = 'corpus/1';

/** Raise it whenever the vocabulary, its merges or the encoding changes. */
export const TOKENIZER_VERSION = 'tokenizer/1';
