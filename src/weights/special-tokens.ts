/** Which ids stand for no text, by what a model was trained on. */
import type { RunSpecification } from '../training/specification.ts';
import type { SpecialTokenIds } from './config-json.ts';

/** Whether ids are those of the tokenizer, not of characters. */
export function hasTokenizer({ language }: RunSpecification['data']): boolean {
  return language?.unit !== 'character';
}

/**
 * A language of characters has `<bos>` as its last symbol and no end (`src/training/language/symbols.ts`).
 * @param tokenizer of the corpus.
 */
export function specialTokenIds(
  { model, data }: Pick<RunSpecification, 'model' | 'data'>,
  { bos, eos }: SpecialTokenIds,
): SpecialTokenIds {
  return hasTokenizer(data) ? { bos, eos } : { bos: model.vocabularySize - 1, eos: null };
}
