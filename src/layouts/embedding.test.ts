import { parseHTML } from 'linkedom';
import { beforeAll, expect, test, vi } from 'vitest';
import { oembedOf } from './embedding.ts';
import { publishedFigures } from './published-figure.ts';

beforeAll(() => {
  vi.stubEnv('SITE', 'https://example.org');
  vi.stubEnv('BASE_URL', '/edition/');
});

/** https://oembed.com, sections 2.3.4 and 2.3.4.4: what every response holds, and what one of the kind `rich` does. */
test('oEmbed answers with what its specification requires, all of it of this site', () => {
  const { id, title } = publishedFigures()[0]!;
  const answer = oembedOf(id);
  expect(answer).toMatchObject({ version: '1.0', type: 'rich', title });
  for (const size of ['width', 'height']) expect(Number.isInteger(answer[size]), size).toBe(true);
  // A thumbnail has all three or none.
  for (const part of ['thumbnail_url', 'thumbnail_width', 'thumbnail_height']) expect(answer).toHaveProperty(part);
  for (const [name, value] of Object.entries(answer)) {
    if (name.endsWith('_url')) expect(value, name).toMatch(/^https:\/\/example\.org\/edition\//);
  }
  const { document } = parseHTML(`<body>${answer['html']}</body>`);
  expect(document.querySelector('script')).toBeNull();
  const [frame, ...others] = document.querySelectorAll('iframe');
  expect(others).toEqual([]);
  expect(frame!.getAttribute('src')).toBe(`https://example.org/edition/figures/${id}/embed/`);
  expect(frame!.getAttribute('title')).toBe(title);
});
