import { describe, expect, it } from 'vitest';
import type { Measured, Run } from '../../src/results/schema.ts';
import { summariseMeasured } from '../../src/results/summarise.ts';
import type { FinishedGroup } from './experiment.ts';
import { noOp } from './no-op.ts';

/** What a model measures of which all three conditions hold. */
const HOLDS = {
  ...{ 'sinking-heads/share': 0.9, 'spearman/value-norm': -0.5, 'spearman/off-over-on': -0.5 },
  ...{ 'strongest-quarter/attention': 0.6, 'strongest-quarter/valueNorm': 0.2, 'strongest-quarter/attentionOff': 0.9 },
  ...{ 'strongest-quarter/firstShare': 0.5, 'strongest-quarter/firstOverWhole': 0.8 },
  ...{ 'strongest-quarter/offOverOn': 0.2, 'switch/strongest/class': 1, 'switch/strongest/offset': 1 },
  ...{ 'switch/strongest/explained': 0.4, 'switch/strongest/null': 0.01, 'switch/strongest/inside': 0.2 },
  ...{ 'switch/strongest/outside': 0.5, 'switch/strongest/difference': 0.3, 'switch/strongest/share': 0.5 },
  ...{ 'ablation/loss': 3, 'ablation/zero-first': 0.001, 'ablation/mask-first': 0.1, 'ablation/ordinary-first': 0.3 },
  ...{ 'ablation/zero-ordinary': 0.01, 'ablation/attention-first': 0.4, 'ablation/attention-ordinary': 0.04 },
};

function group(id: string, changes: Partial<typeof HOLDS>): FinishedGroup {
  const measuredRuns: Measured[] = [0.98, 0.99, 1, 1.01, 1.02].map((factor) =>
    Object.fromEntries(
      Object.entries({ ...HOLDS, ...changes }).map(([name, value]) => [
        name,
        Number.isInteger(value) ? value : value * factor,
      ]),
    ),
  );
  const finishedRuns = measuredRuns.map(() => ({}) as Run);
  return { id, label: id, runs: [], series: [], finishedRuns, measuredRuns, analysis: summariseMeasured(measuredRuns) };
}

const outcome = (changes: Partial<typeof HOLDS>) => noOp.decide([group('bos', changes)]).outcome;

describe('the verdict on the no-op', () => {
  it('asks for small values, a switch and a sink that costs nothing to silence', () => {
    expect(outcome({})).toBe('reproduced');
    expect(outcome({ 'strongest-quarter/valueNorm': 0.7 })).toBe('partly');
    expect(outcome({ 'strongest-quarter/attention': 0.2 })).toBe('partly');
    expect(outcome({ 'switch/strongest/null': 0.5 })).toBe('partly');
    expect(outcome({ 'ablation/zero-first': 0.03 })).toBe('partly');
    const none = {
      'strongest-quarter/valueNorm': 0.7,
      'switch/strongest/difference': 0.1,
      'ablation/mask-first': -0.1,
    };
    expect(outcome(none)).toBe('not reproduced');
    expect(outcome({ ...none, 'strongest-quarter/valueNorm': 1.5 })).toBe('opposite');
  });

  it('says what each seed’s strongest head switches on', () => {
    expect(noOp.decide([group('bos', {})]).because).toContain(
      'the previous token continues a word: 0.20 against 0.49; ',
    );
  });

  it('has the numbers that the text quotes', () => {
    const values = noOp.values([group('bos', {}), group('no-bos', { 'ablation/mask-first': 0.02 })]);
    expect(values['bos/strongest-quarter/value-norm']?.value).toBeCloseTo(0.2);
    expect(values['no-bos/ablation/mask-first']?.value).toBeCloseTo(0.02);
    expect(values['criterion/cost-share']?.value).toBe(0.25);
  });
});
