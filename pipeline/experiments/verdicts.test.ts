/** Verdicts of the experiments that compare trained models, on endings made up so that each outcome must come about. */
import { describe, expect, it } from 'vitest';
import { alternatives } from './alternatives.ts';
import { contextLength } from './context-length.ts';
import { depth } from './depth.ts';
import { emergence } from './emergence.ts';
import type { GridPoint } from './experiment.ts';
import { optimisation } from './optimisation.ts';
import { packing } from './packing.ts';
import { outcomeOverall, settings } from './settings.ts';
import { type Ending, finishedGroups } from './verdicts.fixture.ts';

const bosOf = ({ specification }: GridPoint) => specification.data.bos;
const contextOf = ({ specification }: GridPoint) => specification.model.contextLength;
const layersOf = ({ specification }: GridPoint) => specification.model.layers;

const none: Ending = { sinkRate: 0, aboveChance: -0.05 };

describe('emergence', () => {
  const outcome = (ending: Ending) => emergence.decide(finishedGroups(emergence, () => ending)).outcome;

  it.each<[string, Ending]>([
    ['reproduced', { sinkRate: 0.5, aboveChance: 0.3 }],
    ['partly', { sinkRate: 0.1, aboveChance: 0.3 }],
    ['opposite', none],
    ['not reproduced', { sinkRate: 0, aboveChance: 0 }],
  ])('is %s where the ending says so', (expected, ending) => {
    expect(outcome(ending)).toBe(expected);
  });
});

describe('context length', () => {
  /** Attention that grows or falls with the context under some protocols, and no sink under the others. */
  const outcome = (sinking: string[], sign: number) => {
    const groups = finishedGroups(contextLength, (point) =>
      sinking.includes(bosOf(point))
        ? { sinkRate: 0.5, aboveChance: 0.2, prefixAttention: 0.5 + sign * contextOf(point) * 0.0005 }
        : { ...none, prefixAttention: 0.2 },
    );
    return contextLength.decide(groups).outcome;
  };

  it('follows the protocol that is probably the paper’s', () => {
    expect(outcome(['none'], 1)).toBe('reproduced');
    expect(outcome(['fixed'], 1)).toBe('partly');
    expect(outcome(['fixed'], -1)).toBe('opposite');
    expect(outcome([], 1)).toBe('not reproduced');
  });

  it('asks of the longer training whether the trend lasts', () => {
    /** Attention falls with `<bos>` fixed; after longer training it takes the sign given. */
    const endingAfter = (sign: number) =>
      contextLength.decide(
        finishedGroups(contextLength, ({ id, specification }) => ({
          ...(specification.data.bos === 'fixed' ? { sinkRate: 0.5, aboveChance: 0.2 } : none),
          prefixAttention:
            0.5 +
            (id.startsWith('longer-') ? sign : id.startsWith('fixed-') ? -1 : 0) *
              specification.model.contextLength *
              0.0005,
        })),
      ).outcome;
    expect(endingAfter(-1)).toBe('opposite');
    expect(endingAfter(0)).toBe('not reproduced');
    expect(endingAfter(1)).toBe('partly');
  });

  it('does not take a trend of what is no sink for a trend of sinks', () => {
    const groups = finishedGroups(contextLength, (point) => ({ ...none, prefixAttention: contextOf(point) * 0.0005 }));
    expect(contextLength.decide(groups).outcome).toBe('not reproduced');
    expect(contextLength.decide(groups).because).toContain('no sink at either end');
  });

  it('quotes a trend of every protocol and the ends of every model', () => {
    const groups = finishedGroups(contextLength, () => ({ sinkRate: 0.5, aboveChance: 0.2 }));
    const values = contextLength.values(groups);
    expect(values['contexts/longest']!.value).toBe(256);
    expect(values['trend/fixed/equal-loss']).toBeDefined();
    // The made-up curves rise to their last step, so none has flattened and there is no trend of plateaus.
    expect(values['flat/fixed']!.value).toBe(0);
    expect(values['fixed-256/late-change']!.value).toBeGreaterThan(values['flat/tolerance']!.value);
    expect(values['trend/fixed/flat']).toBeUndefined();
    expect(values['fixed-256/sink-rate-0.3']!.value).toBeCloseTo(0.5, 3);
  });
});

describe('depth', () => {
  const outcome = (rateOf: (layers: number, family: string) => number) => {
    const groups = finishedGroups(depth, (point) => ({
      sinkRate: rateOf(layersOf(point), point.id.split('-')[0]!),
      aboveChance: 0.2,
    }));
    return depth.decide(groups).outcome;
  };

  it('asks for a rise in both families', () => {
    expect(outcome((layers) => 0.1 + layers * 0.05)).toBe('reproduced');
    expect(outcome((layers, family) => (family === 'width' ? 0.1 + layers * 0.05 : 0.5))).toBe('partly');
    expect(outcome((layers) => 0.9 - layers * 0.05)).toBe('opposite');
    expect(outcome(() => 0.5)).toBe('not reproduced');
  });

  it('quotes the layer that attends to the first token most, beside the first and the last', () => {
    const values = depth.values(finishedGroups(depth, () => none));
    // Every made-up run has the fixture's two layers, the second an eighth and a sixteenth below the first.
    expect(values['width-2/layer/strongest']!.value).toBe(1);
    const of = (name: string) => values[`width-2/layer/${name}/first-attention`]!.value;
    expect(of('strongest')).toBe(of('first'));
    expect(of('first') - of('last')).toBeCloseTo(3 / 16, 3);
    expect(values['width/shallowest/layer/strongest']).toEqual(values['width-2/layer/strongest']);
    expect(values['matched/deepest/sink-rate-0.3']).toEqual(values['matched-12/sink-rate-0.3']);
  });
});

describe('packing', () => {
  const measured = (fixedRise: number, otherRise: number, elsewhere: number) => (point: GridPoint) => {
    const fixed = bosOf(point) === 'fixed';
    return {
      'with/sink-rate-0.3': fixed ? 0.9 : 0.2,
      'without/sink-rate-0.3': fixed ? 0.01 : 0.2,
      'with/first-attention-above-chance': 0.3,
      'without/first-attention-above-chance': fixed ? -0.01 : elsewhere,
      'with/loss': 3,
      'without/loss': 3 + (fixed ? fixedRise : otherRise),
      'loss-rise': fixed ? fixedRise : otherRise,
    };
  };
  const outcome = (...args: Parameters<typeof measured>) =>
    packing.decide(finishedGroups(packing, () => none, measured(...args))).outcome;

  it('has three parts', () => {
    expect(outcome(0.5, 0.01, 0.1)).toBe('reproduced');
    expect(outcome(0.5, 0.01, -0.01)).toBe('partly');
    expect(outcome(0.05, 0.2, -0.01)).toBe('not reproduced');
    expect(outcome(-0.1, 0.01, -0.01)).toBe('opposite');
  });

  it('judges the paper’s claims apart', () => {
    const partsOf = (...args: Parameters<typeof measured>) =>
      packing.decide(finishedGroups(packing, () => none, measured(...args))).parts;
    expect(partsOf(0.5, 0.01, 0.1)).toEqual({
      packing: 'reproduced',
      'packing-without-bos': 'reproduced',
      'packing-dependence': 'reproduced',
    });
    expect(partsOf(0.05, 0.01, -0.1)).toEqual({
      packing: 'partly',
      'packing-without-bos': 'not reproduced',
      'packing-dependence': 'partly',
    });
  });

  it('quotes every reading', () => {
    const values = packing.values(finishedGroups(packing, () => none, measured(0.5, 0.01, 0.1)));
    expect(values['causal-fixed/without/sink-rate-0.3']!.value).toBeCloseTo(0.01, 4);
    expect(values['document-document/loss-rise']!.value).toBeCloseTo(0.01, 4);
  });
});

describe('alternatives', () => {
  const outcome = (softmax: number, other: (kind: string) => number) =>
    alternatives.decide(
      finishedGroups(alternatives, ({ id }) => ({
        sinkRate: id === 'softmax' ? softmax : other(id),
        aboveChance: 0.1,
      })),
    ).outcome;

  it('asks that each does without a sink, where softmax has one', () => {
    expect(outcome(0.8, () => 0.1)).toBe('reproduced');
    expect(outcome(0.8, (kind) => (kind === 'sigmoid' ? 0.7 : 0.1))).toBe('partly');
    expect(outcome(0.8, () => 0.6)).toBe('not reproduced');
    expect(outcome(0.5, () => 0.9)).toBe('opposite');
    expect(outcome(0.1, () => 0)).toBe('not reproduced');
  });
});

describe('optimisation', () => {
  const order = ['rate-low', 'decay-0', 'unique-16k', 'decay-0-1', 'unique-128k', 'reference', 'rate-high'];
  const outcome = (above: (id: string) => number) =>
    optimisation.decide(finishedGroups(optimisation, ({ id }) => ({ sinkRate: 0.1, aboveChance: above(id) }))).outcome;
  const place = (id: string) => order.indexOf(id) + 1;

  it('follows three axes', () => {
    expect(outcome((id) => place(id) * 0.05)).toBe('reproduced');
    expect(outcome((id) => (id.startsWith('rate') || id === 'reference' ? place(id) * 0.05 : 0.5))).toBe('partly');
    expect(outcome((id) => 0.5 - place(id) * 0.05)).toBe('opposite');
    expect(outcome(() => 0.1)).toBe('not reproduced');
  });

  it('tells of sinks without <bos>', () => {
    const groups = finishedGroups(optimisation, ({ id }) => ({
      sinkRate: 0,
      aboveChance: id === 'no-bos-long' ? 0.2 : -0.1,
    }));
    expect(optimisation.decide(groups).because).toContain('1 of 4 settings end above chance');
    const values = optimisation.values(groups);
    expect([values['search/settings']!.value, values['search/found']!.value]).toEqual([4, 1]);
    expect(values['search/highest']!.value).toBeCloseTo(0.2, 2);
  });
});

describe('settings', () => {
  /** Changes and nearness of states of one point: as with the sink, times factors for each way of taking it away. */
  const measured =
    (moves: (setting: string) => number, nears: (setting: string) => number) =>
    ({ id, specification }: GridPoint) => {
      const setting = id.replace(/-?(no-)?bos$/, '');
      const own = specification.data.bos === 'none';
      return Object.fromEntries(
        ['with', 'deleted', 'masked', 'replaced'].flatMap((condition) => {
          const without = own || condition !== 'with';
          return [
            [`mean-change/${condition}`, 0.1 * (without ? moves(setting) : 1)],
            ...['residual', 'effective-rank', 'suffix-distance'].map((measure): [string, number] => [
              `trained/final/${measure}/${condition}`,
              0.8 * (without ? nears(setting) : 1),
            ]),
          ];
        }),
      );
    };
  const decide = (...args: Parameters<typeof measured>) =>
    settings.decide(finishedGroups(settings, () => none, measured(...args)));
  const at = (setting: string, there: number, otherwise: number) => (name: string) =>
    name === setting ? there : otherwise;

  it('judges both claims at every setting but the one that is known', () => {
    expect(
      decide(
        () => 1.5,
        () => 0.9,
      ),
    ).toMatchObject({
      outcome: 'reproduced',
      parts: { mixing: 'reproduced', collapse: 'reproduced' },
    });
    expect(
      decide(
        () => 1.5,
        () => 1,
      ).parts,
    ).toEqual({ mixing: 'reproduced', collapse: 'not reproduced' });
    expect(decide(at('deeper', 1.5, 1), at('deeper', 0.9, 1)).parts).toEqual({ mixing: 'partly', collapse: 'partly' });
    expect(
      decide(
        () => 0.9,
        () => 1.1,
      ),
    ).toMatchObject({ outcome: 'opposite', parts: { collapse: 'opposite' } });
    // The model that the verdicts rest on has no say.
    expect(decide(at('', 1.5, 1), at('', 0.9, 1))).toMatchObject({
      outcome: 'not reproduced',
      parts: { mixing: 'not reproduced', collapse: 'not reproduced' },
    });
  });

  it('is opposite only if it is so everywhere', () => {
    expect(outcomeOverall(['opposite', 'opposite'])).toBe('opposite');
    expect(outcomeOverall(['opposite', 'not reproduced'])).toBe('not reproduced');
    expect(outcomeOverall(['opposite', 'partly'])).toBe('partly');
    expect(outcomeOverall(['reproduced', 'not reproduced'])).toBe('partly');
  });

  it('quotes every ratio at every setting', () => {
    const values = settings.values(
      finishedGroups(
        settings,
        () => none,
        measured(at('higher-rate', 1.2, 1.4), () => 0.9),
      ),
    );
    expect(values['higher-rate/masked/mean-change/ratio']!.value).toBeCloseTo(1.2, 4);
    expect(values['longer-text/trained-without/residual/ratio']!.value).toBeCloseTo(0.9, 4);
    expect([values['reference/layers']!.value, values['deeper/layers']!.value]).toEqual([6, 12]);
    expect(values['longer-text/context']!.value).toBe(256);
  });
});
