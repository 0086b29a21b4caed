/**
 * The text holds no number of ours: those come from the results through `<Value>`, the paper's through `<Paper>`. This
 * reads the article as MDX and looks for digits in what is left as prose; formulas, code and the properties of components
 * are not prose.
 */
import { readFileSync } from 'node:fs';
import { createProcessor } from '@mdx-js/mdx';
import remarkMath from 'remark-math';
import { describe, expect, test } from 'vitest';

interface TreeNode {
  type: string;
  value?: string;
  children?: TreeNode[];
  position?: { start: { line: number } };
}

const NO_PROSE = ['math', 'inlineMath', 'code', 'inlineCode', 'mdxjsEsm', 'mdxFlowExpression', 'mdxTextExpression'];

/** Digits that are no measurement, by kind. */
const ALLOWED: Record<string, RegExp> = {
  'a model’s or a program’s name': /\b(?:Gemma|Llama|LLaMA|GPT|Node)[- ]\d+(?:\.\d+)?B?\b/g,
  'a place in a work':
    /\b(?:Theorem|Proposition|Lemma|Corollary|[Ss]ection|[Ff]igure|[Tt]able|[Aa]ppendix|[Ee]quation) [A-Z]?\d+(?:\.\d+)*/g,
  'the level of an interval': /\b95 %(?= (?:bootstrap )?interval)/g,
  'an end of a scale': /(?<![\d.,])[-−]?[01](?![\d%]|\.\d| %)/g,
  'the name of an algorithm or a format': /\bSHA-256\b|\b(?:int|float|bfloat|SIMD)\d+\b/g,
};

interface Found {
  line: number;
  text: string;
}

/** Every number in the prose that no kind allows. */
function numbersIn(mdx: string): Found[] {
  const found: Found[] = [];
  const visit = (node: TreeNode) => {
    if (NO_PROSE.includes(node.type)) return;
    if (node.type === 'text') {
      const rest = Object.values(ALLOWED).reduce((text, kind) => text.replaceAll(kind, ''), node.value!);
      for (const [text] of rest.matchAll(/\S*\d\S*(?: \S+)?/g)) found.push({ line: node.position!.start.line, text });
    }
    node.children?.forEach(visit);
  };
  visit(createProcessor({ remarkPlugins: [remarkMath] }).parse(mdx) as TreeNode);
  return found;
}

describe('the article', () => {
  test('holds no number that was typed by hand', () => {
    const numbers = numbersIn(readFileSync('src/content/article.mdx', 'utf8'));
    expect(numbers.map(({ line, text }) => `line ${line}: ${text}`)).toEqual([]);
  });

  test('is searched where a number would stand', () => {
    const text = (mdx: string) => numbersIn(mdx).map(({ text }) => text);
    expect(text('The loss rose by 0.31 nats.')).toEqual(['0.31 nats.']);
    expect(text('A <Note>note on *250 models*</Note> and 12 % of heads, in -3 of 1.5.')).toEqual([
      '250 models',
      '12 %',
      '-3 of',
      '1.5.',
    ]);
    expect(text('## Trained 5 times')).toEqual(['5 times']);
  });

  test('may hold what is no measurement', () => {
    const mdx =
      'Gemma 7B, Theorem 3.2, 95 % intervals, from 0 to 1 or −1, $x_2 = 3$, `--steps 200`, <Value of="a/0.3" />.\n\n$$\n2 + 2\n$$';
    expect(numbersIn(mdx)).toEqual([]);
  });
});
