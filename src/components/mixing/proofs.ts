/** The formulas of the fold-outs, as KaTeX sets them while the site is built. */
import katex from 'katex';

export function inline(formula: string): string {
  return katex.renderToString(formula, { strict: 'error', throwOnError: true });
}

export function display(formula: string): string {
  return katex.renderToString(formula, { displayMode: true, strict: 'error', throwOnError: true });
}
