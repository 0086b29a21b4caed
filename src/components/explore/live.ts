/** What explorers load once they are near the viewport: the kernels, the decoder, the tokenizer and what they read. */
export { readAttention } from './attention-reading.ts';
export { planExchange, readAverage, readExchange } from './exchange.ts';
export { fetchModel } from './fetch-model.ts';
export { readOutcomes, readSwitches } from './switch-reading.ts';
export { readText } from './text.ts';
