import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { GLOSSARY, glossaryTerm } from './terms.ts';

describe('glossary', () => {
  test('stands in the order of its names, each id once', () => {
    const names = GLOSSARY.map(({ name }) => name);
    expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b, 'en')));
    expect(new Set(GLOSSARY.map(({ id }) => id)).size).toBe(GLOSSARY.length);
  });

  test.each(GLOSSARY.map(({ id, definition }) => [id, definition]))('%s is told in two plain sentences', (_, text) => {
    expect(text.match(/[.](?= |$)/g)).toHaveLength(2);
    expect(text.length).toBeLessThan(260);
  });

  test('has every term that the article explains, and the article explains each where it comes first', () => {
    const article = readFileSync('src/content/article.mdx', 'utf8');
    const used = [...article.matchAll(/<Term id="([^"]+)">/g)].map(([, id]) => id!);
    expect(used.length).toBeGreaterThan(15);
    expect(new Set(used).size).toBe(used.length);
    for (const id of used) expect(() => glossaryTerm(id)).not.toThrow();
  });

  test('a term that it lacks is named, with those that it has', () => {
    expect(() => glossaryTerm('sunk')).toThrow(/no term “sunk”[\s\S]*\n {2}token/);
  });
});
