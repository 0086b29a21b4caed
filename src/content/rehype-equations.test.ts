import { expect, test } from 'vitest';
import { rehypeEquations } from './rehype-equations.ts';

const span = (...className: string[]) => ({
  type: 'element',
  tagName: 'span',
  properties: { className },
  children: [],
});

test('displayed equations are numbered in the order of the text, wherever they stand; formulas within a line are not', () => {
  const inline = { type: 'element', tagName: 'p', properties: {}, children: [span('katex')] };
  const within = { type: 'element', tagName: 'blockquote', properties: {}, children: [span('katex-display')] };
  const tree = { type: 'root', children: [span('katex-display'), inline, within] };
  rehypeEquations()(tree);
  const [first, untouched, quote] = tree.children as unknown as (typeof within)[];
  expect(first).toMatchObject({ tagName: 'div', properties: { id: 'equation-1' } });
  expect(first!.children).toMatchObject([
    { properties: { className: ['katex-display'] } },
    { tagName: 'a', properties: { href: '#equation-1' }, children: [{ value: '(1)' }] },
  ]);
  expect(untouched!.children).toEqual([span('katex')]);
  expect(quote!.children).toMatchObject([{ properties: { id: 'equation-2' } }]);
});
