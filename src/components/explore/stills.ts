/** What the explorers show before they are awake and where they cannot be, read while the site is built. */
import { becauseOf, SENTENCE } from './choices.ts';
import { type ExchangeReading, planExchange, readAverage, readExchange } from './exchange.ts';
import type { OpenModel } from './open-model.ts';
import type { Average } from './perturbation-reading.ts';
import { publishedModels } from './published-models.ts';
import { type Outcome, readOutcomes, readSwitches, type SwitchReading } from './switch-reading.ts';
import { type ReadText, readText } from './text.ts';

/** An exchanged word, and the average over others. */
export interface ExchangeStill {
  reading: ExchangeReading;
  average: Average | null;
}

/** A head along the text, and what breaks without it. */
export interface SwitchStill {
  reading: SwitchReading;
  outcomes: Outcome[];
  head: number;
  because: string;
}

let exchange: Promise<ExchangeStill | null> | undefined;
let switches: Promise<SwitchStill | null> | undefined;

/** Null where no model is published. */
export function exchangeStill(): Promise<ExchangeStill | null> {
  exchange ??= onText(async (model, text) => {
    const plan = planExchange(model, text, null, null);
    if (!plan || 'problem' in plan.found) return null;
    const reading = await readExchange(model, text, plan.words[plan.chosen]!, plan.found);
    return { reading, average: await readAverage(model, text) };
  });
  return exchange;
}

/** Null where no model is published. */
export function switchStill(): Promise<SwitchStill | null> {
  switches ??= onText(async (model, text) => {
    const measured = (await publishedModels()).choices[0]!.switching;
    const reading = readSwitches(model, text);
    const head = measured?.index ?? reading.mostSwitching;
    return { reading, outcomes: readOutcomes(model, text, null), head, because: becauseOf(measured) };
  });
  return switches;
}

/** The first published model, on the sentence that stands in the text field. */
async function onText<T>(read: (model: OpenModel, text: ReadText) => Promise<T | null>): Promise<T | null> {
  const { choices, model } = await publishedModels();
  if (!model) return null;
  const text = readText(SENTENCE, model.tokenizer, { bos: choices[0]!.bos, length: model.config.contextLength });
  return read(model, text);
}
