/** The formulas of the fold-outs, as KaTeX sets them while the site is built. */
import katex from 'katex';

export function inline(formula: string): string {
  return katex.renderToString(formula, { strict: 'error', throwOnError: true });
}

/** In a frame of its own, which the keyboard can scroll where a phone is too narrow for it. */
export function display(formula: string): string {
  const set = katex.renderToString(formula, { displayMode: true, strict: 'error', throwOnError: true });
  return `<div class="formula" role="group" aria-label="Formula" tabindex="0">${set}</div>`;
}
