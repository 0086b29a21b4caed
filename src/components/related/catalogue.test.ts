import { describe, expect, it } from 'vitest';
import entries from '../../data/related.json' with { type: 'json' };
import { readEntries, relatedWorks, titleOf, workOf } from './catalogue.ts';
import { shortAuthors } from './works.ts';

const [entry] = readEntries(entries);

describe('the data', () => {
  it('is whole: every entry is a work, marks and all', () => {
    const works = relatedWorks();
    expect(works).toHaveLength(entries.length);
    expect(works.filter(({ checked }) => !checked)).toHaveLength(entries.filter(({ checked }) => !checked).length);
    for (const relation of ['cites', 'cited_by'] as const) {
      expect(works.filter((work) => work.relation === relation)).toHaveLength(
        entries.filter((e) => e.relation === relation).length,
      );
    }
  });

  it('names what is wrong with an entry, and where', () => {
    expect(() => readEntries([entry, { ...entry, id: 'b', arxiv: '25.1' }])).toThrow(/entry 1, arxiv/);
    expect(() => readEntries([{ ...entry, relation: 'cousin' }])).toThrow(/entry 0, relation/);
    expect(() => readEntries([entry, entry])).toThrow(/twice/);
  });
});

describe('titles', () => {
  it.each([
    ['(2605.08453; sink as hard switch)', '[sink as hard switch]'],
    ['Gradient sinks (2603.17771)', '[Gradient sinks]'],
    ['2508.03616 (massive activations during training)', '[massive activations during training]'],
    ['2410.01866 (title not verified)', '[title not known]'],
    ['2604.10697', '[title not known]'],
    [
      'Effective Distillation to Hybrid xLSTM (title as noted; may be longer)',
      'Effective Distillation to Hybrid xLSTM …',
    ],
    ['Softmax is not Enough (for Sharp Size Generalisation)', 'Softmax is not Enough (for Sharp Size Generalisation)'],
  ])('%s', (noted, printed) => {
    expect(titleOf(noted)).toBe(printed);
  });

  it('never show an identifier or a remark of ours', () => {
    for (const { title, authors } of relatedWorks()) {
      expect(title).not.toMatch(/\d{4}\.\d{4,5}|noted|verified|ICLR/);
      expect(authors).not.toMatch(/verified|\(/);
    }
  });
});

it('a work stands at its month where arXiv tells it, else in the middle of its year, else nowhere', () => {
  expect(workOf({ ...entry!, arxiv: '2504.02732' }).time).toBeCloseTo(2025 + 3.5 / 12, 10);
  expect(workOf({ ...entry!, arxiv: null, year: 2021 }).time).toBe(2021.5);
  expect(workOf({ ...entry!, arxiv: null, year: null }).time).toBeNull();
});

it('a link leads to arXiv, or to the page that the note names, or there is none', () => {
  expect(workOf({ ...entry!, arxiv: '2504.02732' }).link?.address).toBe('https://arxiv.org/abs/2504.02732');
  expect(workOf({ ...entry!, arxiv: null, note: 'blog, a.org/b.html' }).link).toEqual({
    address: 'https://a.org/b.html',
    label: 'a.org',
  });
  expect(workOf({ ...entry!, arxiv: null, note: 'ICML 2023' }).link).toBeNull();
});

it('long lists of authors are cut after three', () => {
  expect(shortAuthors('A, B, C, D, E')).toBe('A, B, C et al.');
  expect(shortAuthors('A, B, C, D')).toBe('A, B, C, D');
});
