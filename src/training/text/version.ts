/** Versions of the texts and of the tokenizer, part of a run's identity: the page that verifies a run must know them too. */

/** Raise it when the text of a corpus or its split changes: run ids hold it. A test holds the hashes of each version. */
export const CORPUS_VERSION = '1';

/** Raise it when the trained tokenizer changes: run ids hold it. A test holds the hash of each version's file. */
export const TOKENIZER_VERSION = '1';
