import { readFileSync } from 'node:fs';
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { atomOf, releasesOf } from './revisions.ts';

const feed = {
  title: 'A & B',
  subtitle: 'Changes',
  author: 'Its authors',
  self: 'https://example.org/feed.xml',
  home: 'https://example.org/',
};
const revision = (name: string, date: string) => ({
  url: `https://example.org/${name}/?a=1&b=2`,
  title: `Packing and <bos>, ${name}`,
  date,
  summary: 'What is seen: 1 < 2.',
});
const revisions = [revision('old', '2025-01-02T03:04:05.000Z'), revision('new', '2026-01-02T03:04:05Z')];

describe('the feed', () => {
  const xml = atomOf(feed, revisions);
  const { document } = parseHTML(xml.replace(/^<\?xml.*\n/, ''));
  const [root] = document.querySelectorAll('feed');
  const entries = [...document.querySelectorAll('entry')];
  const child = (parent: Element, name: string) => [...parent.children].filter(({ localName }) => localName === name);

  test('has what RFC 4287 asks of a feed: one id, title and date, an author, the way to itself', () => {
    for (const name of ['id', 'title', 'updated', 'author']) expect(child(root!, name), name).toHaveLength(1);
    expect(child(root!, 'author')[0]!.querySelector('name')!.textContent).toBe('Its authors');
    expect(document.querySelector('link[rel="self"]')!.getAttribute('href')).toBe(feed.self);
    expect(root!.getAttribute('xmlns')).toBe('http://www.w3.org/2005/Atom');
  });

  test('has what it asks of an entry, each id once, the newest first', () => {
    expect(entries).toHaveLength(2);
    for (const entry of entries) {
      for (const name of ['id', 'title', 'updated', 'summary', 'link'])
        expect(child(entry, name), name).toHaveLength(1);
    }
    const ids = entries.map((entry) => child(entry, 'id')[0]!.textContent);
    expect(new Set(ids).size).toBe(2);
    expect(ids[0]).toContain('/new/');
    expect(child(root!, 'updated')[0]!.textContent).toBe('2026-01-02T03:04:05Z');
  });

  test('escapes what would be markup', () => {
    expect(xml).toContain('Packing and &lt;bos&gt;, new');
    expect(xml).toContain('?a=1&amp;b=2');
    expect(xml.replaceAll(/&(?:amp|lt|gt|quot);/g, '')).not.toContain('&');
  });
});

describe('releases', () => {
  test('are those that a heading dates', () => {
    const text =
      '# Changelog\n\n## [Unreleased]\n\n- New.\n\n## [0.2.0] - 2026-01-31\n\n- One thing,\n  and more.\n- Another.\n\n## [0.1.0]\n\n- Undated.\n';
    expect(releasesOf(text, 'https://example.org/')).toEqual([
      {
        url: 'https://example.org/#release-0.2.0',
        title: 'First Token 0.2.0',
        date: '2026-01-31T00:00:00Z',
        summary: '- One thing, and more.\n- Another.',
      },
    ]);
  });

  test('of this edition: every heading but the first has a date', () => {
    const text = readFileSync('CHANGELOG.md', 'utf8');
    const headings = [...text.matchAll(/^## /gm)].length;
    expect(releasesOf(text, 'https://example.org/')).toHaveLength(headings - 1);
  });
});
