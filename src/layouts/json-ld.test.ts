import { expect, test } from 'vitest';
import { jsonLd } from './json-ld.ts';

test('a block of data cannot be ended by a text within, and reads back as it was', () => {
  const data = { '@type': 'Dataset', name: 'Where <bos> stands </script><script>alert(1)</script>' };
  expect(jsonLd(data)).not.toContain('<');
  expect(JSON.parse(jsonLd(data))).toEqual({ '@context': 'https://schema.org', ...data });
});
