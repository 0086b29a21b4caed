/** A block of JSON-LD in a page's head. It is data and no code, so a Content-Security-Policy has nothing against it. */

/** One thing of schema.org, or several as `@graph`, without `@context`. */
export type StructuredData = Record<string, unknown>;

/** The block's content: JSON that no text within can end early. */
export function jsonLd(data: StructuredData): string {
  return JSON.stringify({ '@context': 'https://schema.org', ...data }).replaceAll('<', '\\u003c');
}
