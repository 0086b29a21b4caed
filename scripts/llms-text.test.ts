import { describe, expect, test } from 'vitest';
import { pageOf } from './built-pages.ts';
import { llmsTextOf } from './llms-text.ts';

const page = (path: string, title: string, more = '') =>
  pageOf(
    `${path}index.html`,
    `<!doctype html><html><head><meta charset="utf-8"><title>${title} · First Token</title><meta name="description" content="About ${title}."><link rel="canonical" href="https://example.org/site/${path}">${more}</head><body></body></html>`,
  );

const pages = [
  page('', 'The article'),
  page('claims/', 'Claims'),
  page('experiments/depth/', 'Depth'),
  page('experiments/new/', 'New'),
  page('figures/depth/', 'Depth drawn'),
  page('figures/depth/0123456789/', 'A version'),
  page('figures/depth/embed/', 'A frame'),
  page('hidden/', 'Hidden', '<meta name="robots" content="noindex">'),
];
const text = llmsTextOf(pages, (id) => (id === 'depth' ? 'partly' : undefined));

describe('llms.txt', () => {
  test('begins with a title and a summary, and has its sections in order', () => {
    expect(text).toMatch(/^# First Token\n\n> About The article\.\n/);
    expect([...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual([
      'Pages',
      'Experiments and results',
      'Figures',
      'Optional',
    ]);
  });

  test('leads to pages, results and numbers by full addresses', () => {
    expect(text).toContain('- [Claims](https://example.org/site/claims/): About Claims.');
    expect(text).toContain('Verdict: partly. [Every run, JSON](https://example.org/site/results/depth.json)');
    expect(text).toContain('[New](https://example.org/site/experiments/new/): About New. Not yet run.');
    expect(text).toContain('[CSV](https://example.org/site/figures/depth/data.csv)');
  });

  test('leaves out frames, old versions and what indexes are not to find', () => {
    for (const absent of ['A version', 'A frame', 'Hidden']) expect(text).not.toContain(absent);
  });
});
