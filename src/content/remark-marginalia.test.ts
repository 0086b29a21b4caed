import { expect, test } from 'vitest';
import { remarkMarginalia } from './remark-marginalia.ts';

const element = (name: string, attributes: Record<string, unknown> = {}) => ({
  type: 'mdxJsxTextElement',
  name,
  attributes: Object.entries(attributes).map(([key, value]) => ({
    type: 'mdxJsxAttribute' as const,
    name: key,
    value,
  })),
});

test('citations and notes are numbered in the order of the text, within notes too', () => {
  const [first, note, again] = [element('Cite', { id: 'a' }), element('Note'), element('Cite', { id: 'a' })];
  const other = element('Cite', { id: 'b' });
  const tree = {
    type: 'root',
    children: [{ type: 'paragraph', children: [first, { ...note, children: [again] }, other] }],
  };
  const file = { data: {} as { astro?: { frontmatter?: Record<string, unknown> } } };
  remarkMarginalia()(tree, file);

  const numberOf = ({ attributes }: { attributes: { name: string; value: unknown }[] }, name: string) =>
    attributes.find((attribute) => attribute.name === name)?.value;
  expect(numberOf(first, 'occurrence')).toBe('1');
  expect(numberOf(again, 'occurrence')).toBe('2');
  expect(numberOf(other, 'occurrence')).toBe('1');
  expect(numberOf(note, 'number')).toBe('1');
  expect(file.data.astro!.frontmatter!['citations']).toEqual([
    { id: 'a', count: 2 },
    { id: 'b', count: 1 },
  ]);
});

test('a citation without an id is an error that names the file', () => {
  const tree = { type: 'root', children: [element('Cite', { id: { type: 'expression' } })] };
  expect(() => remarkMarginalia()(tree, { path: 'a.mdx', data: {} })).toThrow(/a\.mdx: <Cite> needs id/);
});
