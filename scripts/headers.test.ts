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
