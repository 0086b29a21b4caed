/**
 * Numbers the citations and notes of an MDX article in the order of the text, so that a note's mark, its anchor and
 * the reference list's links back need no state while the page renders.
 *
 * Each `<Cite>` gets `occurrence`, how often its source was cited up to there; each `<Note>` gets `number`. The cited
 * ids, with their counts, are handed to the page as `frontmatter.citations`.
 */

/** A source and how often the article cites it. */
export interface CitationCount {
  id: string;
  count: number;
}

interface JsxAttribute {
  type: 'mdxJsxAttribute';
  name: string;
  value: unknown;
}

interface TreeNode {
  type: string;
  name?: string | null;
  attributes?: JsxAttribute[];
  children?: TreeNode[];
}

interface ArticleFile {
  path?: string;
  data: { astro?: { frontmatter?: Record<string, unknown> } };
}

/** The remark plugin. */
export function remarkMarginalia() {
  return (tree: TreeNode, file: ArticleFile): void => {
    const counts = new Map<string, number>();
    let notes = 0;
    visitElements(tree, (element) => {
      if (element.name === 'Note') {
        notes += 1;
        setAttribute(element, 'number', String(notes));
      }
      if (element.name === 'Cite') {
        const id = element.attributes.find(({ name }) => name === 'id')?.value;
        if (typeof id !== 'string') throw new Error(`${file.path ?? 'article'}: <Cite> needs id="…", a plain string`);
        const occurrence = (counts.get(id) ?? 0) + 1;
        counts.set(id, occurrence);
        setAttribute(element, 'occurrence', String(occurrence));
      }
    });
    file.data.astro ??= {};
    file.data.astro.frontmatter ??= {};
    file.data.astro.frontmatter['citations'] = [...counts].map(([id, count]): CitationCount => ({ id, count }));
  };
}

type JsxElement = TreeNode & { attributes: JsxAttribute[] };

function visitElements(node: TreeNode, visit: (element: JsxElement) => void): void {
  if (node.type === 'mdxJsxFlowElement' || node.type === 'mdxJsxTextElement') {
    node.attributes ??= [];
    visit(node as JsxElement);
  }
  for (const child of node.children ?? []) visitElements(child, visit);
}

function setAttribute(element: JsxElement, name: string, value: string): void {
  element.attributes.push({ type: 'mdxJsxAttribute', name, value });
}
