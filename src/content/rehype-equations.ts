/**
 * Numbers the displayed equations of an article in the order of the text, behind rehype-katex: each gets an anchor, `#equation-1`,
 * and its number as a link to it.
 */
interface TreeNode {
  type: string;
  tagName?: string;
  properties?: Record<string, unknown>;
  children?: TreeNode[];
  value?: string;
}

/** The rehype plugin. */
export function rehypeEquations() {
  return (tree: TreeNode): void => {
    let count = 0;
    const number = (node: TreeNode): TreeNode => {
      if (isDisplayed(node)) {
        count += 1;
        return equation(node, count);
      }
      if (node.children) node.children = node.children.map(number);
      return node;
    };
    number(tree);
  };
}

function isDisplayed({ properties }: TreeNode): boolean {
  return Array.isArray(properties?.['className']) && properties['className'].includes('katex-display');
}

function equation(formula: TreeNode, number: number): TreeNode {
  const id = `equation-${number}`;
  const link = element('a', { className: ['equation-link'], href: `#${id}`, ariaLabel: `Link to equation ${number}` }, [
    { type: 'text', value: `(${number})` },
  ]);
  return element('div', { className: ['equation'], id }, [formula, link]);
}

function element(tagName: string, properties: Record<string, unknown>, children: TreeNode[]): TreeNode {
  return { type: 'element', tagName, properties, children };
}
