import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

type Rules = Record<string, Record<string, string>>;

/** `public/_headers`: a path, then its headers, each indented. */
function headersFile(): Rules {
  const rules: Rules = {};
  let path = '';
  for (const line of readFileSync('public/_headers', 'utf8').split('\n')) {
    if (line.startsWith('/')) {
      path = line.trim();
      rules[path] = {};
    } else if (line.startsWith('  ')) {
      const [name = '', ...value] = line.trim().split(': ');
      rules[path]![name] = value.join(': ');
    } else if (line !== '' && !line.startsWith('#')) throw new Error(`public/_headers: “${line}” is no rule`);
  }
  return rules;
}

function vercelFile(): Rules {
  const { headers } = JSON.parse(readFileSync('vercel.json', 'utf8')) as {
    headers: { source: string; headers: { key: string; value: string }[] }[];
  };
  return Object.fromEntries(
    headers.map(({ source, headers: list }) => [
      source.replace('(.*)', '*'),
      Object.fromEntries(list.map(({ key, value }) => [key, value])),
    ]),
  );
}

test('every host is told the same', () => {
  expect(vercelFile()).toEqual(headersFile());
});

test('figures, data and what describes them may be used from other pages', () => {
  for (const folder of ['figures', 'results', 'models', 'corpora', 'checkpoints', 'oembed']) {
    expect(headersFile()[`/${folder}/*`]).toMatchObject({ 'Access-Control-Allow-Origin': '*' });
  }
});

test('what is cached for ever is named by a hash of its content, and nothing else is', () => {
  const cached = Object.entries(headersFile()).flatMap(([path, { 'Cache-Control': how }]) =>
    how ? [[path, how]] : [],
  );
  const forEver = 'public, max-age=31536000, immutable';
  // Vite names what it bundles; drawings are named by `drawing-files.ts`, whose test says so.
  expect(Object.fromEntries(cached)).toEqual({ '/_astro/*': forEver, '/figures/:id/drawings/*': forEver });
});
