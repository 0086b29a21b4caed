import { describe, expect, it } from 'vitest';
import { underCondition as pipelinesCondition } from '../../../pipeline/analyses/removal.ts';
import { planExchange, type Replacement, readAverage, readExchange } from './exchange.ts';
import { fixtureModel, tokenizer } from './explore.fixture.ts';
import { CONDITIONS, underCondition } from './perturbation-reading.ts';
import { readText } from './text.ts';

const model = await fixtureModel();
const text = readText('The woman said to him in the house', tokenizer, { bos: true, length: 48 });

describe('the plan of an exchange', () => {
  it('offers words of as many tokens, those of the same kind first', () => {
    const plan = planExchange(model, text, null, null)!;
    const word = plan.words[plan.chosen]!;
    expect(plan.words[0]!.start).toBe(1);
    expect(plan.offers.length).toBeGreaterThan(0);
    for (const offer of plan.offers) {
      expect(tokenizer.encode(` ${offer}`)).toHaveLength(word.end - word.start);
      expect(` ${offer}`).not.toBe(word.text);
    }
    expect(plan.typed).toBe(plan.offers[0]);
    expect(plan.found).not.toHaveProperty('problem');
    const said = plan.words.findIndex(({ text: own }) => own === ' said');
    expect(['went', 'came', 'saw', 'go', 'see']).toContain(planExchange(model, text, said, null)!.offers[0]);
  });

  it('refuses what would move the other tokens, and says why', () => {
    const { words } = planExchange(model, text, null, null)!;
    const house = words.findIndex(({ text: own }) => own === ' house');
    const problem = (typed: string) => (planExchange(model, text, house, typed)!.found as { problem: string }).problem;
    expect(problem('hippopotamus')).toMatch(/^“hippopotamus” is \d+ tokens, “house” \d tokens?: .* Take a word of \d/);
    expect(problem(' ')).toBe('Write a word to take its place.');
    expect(problem('house')).toBe('That is the word that stands there already.');
  });

  it('has nothing to exchange where only the first token stands', () => {
    const alone = readText('', tokenizer, { bos: true, length: 48 });
    expect(planExchange(model, alone, null, null)).toBeNull();
  });
});

describe('what an exchange does', () => {
  const { words, chosen, found } = planExchange(model, text, null, null)!;
  const word = words[chosen]!;

  it('takes the sink away as the experiment does', () => {
    const T = text.ids.length;
    const batch = { sequences: 1, length: T, inputs: text.ids, targets: new Int32Array(T).fill(-1) };
    for (const condition of CONDITIONS) {
      const own = underCondition(text.ids, condition, 7);
      const { batch: theirs, shift } = pipelinesCondition(batch, condition, [7]);
      expect([...own.inputs]).toEqual([...theirs.inputs]);
      expect(own.shift).toBe(shift);
      expect(own.documents && [...own.documents]).toEqual(theirs.documents && [...theirs.documents]);
    }
  });

  it('moves the word and what stands behind it, nothing before; deleted and masked are the same with RoPE', async () => {
    const { changes } = await readExchange(model, text, word, found as Replacement);
    expect(changes.map(({ condition }) => condition)).toEqual([...CONDITIONS]);
    for (const { condition, changes: rows, meanBehind } of changes) {
      expect(rows).toHaveLength(model.config.layers + 1);
      for (const [depth, row] of rows.entries()) {
        expect(row).toHaveLength(text.ids.length);
        expect(row[0]).toBe(condition === 'deleted' ? null : 0);
        expect(row.slice(1, word.start).every((change) => change === 0)).toBe(true);
        expect(row[word.start]).toBeGreaterThan(0);
        const behind = row.slice(word.end) as number[];
        // Before the first layer no token has heard of another.
        expect(behind.every((change) => (depth === 0 ? change === 0 : change > 0))).toBe(true);
      }
      const last = rows.at(-1)!.slice(word.end) as number[];
      expect(meanBehind).toBeCloseTo(last.reduce((sum, change) => sum + change, 0) / last.length, 9);
    }
    const [, deleted, masked] = changes;
    expect(deleted!.meanBehind).toBeCloseTo(masked!.meanBehind!, 5);
  });

  it('averages over all words but the last, and the few words offered for each', async () => {
    const short = readText('a king went', tokenizer, { bos: true, length: 48 });
    const average = (await readAverage(model, short))!;
    const sums = { with: 0, deleted: 0, masked: 0, replaced: 0 };
    let count = 0;
    const { words: all } = planExchange(model, short, 0, null)!;
    for (const [index, each] of all.entries()) {
      if (each.end === short.ids.length) continue;
      for (const offer of planExchange(model, short, index, null)!.offers.slice(0, 3)) {
        const { found: replacement } = planExchange(model, short, index, offer)!;
        const { changes } = await readExchange(model, short, each, replacement as Replacement);
        for (const { condition, meanBehind } of changes) sums[condition] += meanBehind!;
        count++;
      }
    }
    expect(count).toBeGreaterThan(2);
    expect(average.exchanges).toBe(count);
    for (const condition of CONDITIONS) expect(average.meanBehind[condition]).toBeCloseTo(sums[condition] / count, 6);
  });
});
