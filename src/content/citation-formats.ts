/** One work in the formats that reference managers read. */
import { Cite, type CslItem } from '@citation-js/core';
import '@citation-js/plugin-bibtex';
import '@citation-js/plugin-csl';
import '@citation-js/plugin-ris';

export interface CitationFormats {
  bibtex: string;
  ris: string;
  csl: string;
  text: string;
}

const LANGUAGE = 'en-US';

/** Reads BibTeX. */
export function parseBibtex(bibtex: string): CslItem[] {
  return new Cite(bibtex).data.map(withoutInternals);
}

/** The work as BibTeX, RIS, CSL-JSON and a line of text. Each ends in a line break. */
export function citationFormats(item: CslItem): CitationFormats {
  const cite = new Cite([item]);
  const [entry] = cite.data;
  return {
    bibtex: `${bibtexKey(cite.format('bibtex').trim(), item.id)}\n`,
    // RIS closes a record with a space behind the dash.
    ris: `${cite.format('ris').trimEnd()} \n`,
    csl: `${JSON.stringify([withoutInternals(entry!)], null, 2)}\n`,
    text: `${apa(cite, 'text').trim()}\n`,
  };
}

/** The work as an entry of a reference list, HTML without a wrapper. Addresses become links. */
export function referenceHtml(item: CslItem): string {
  const html = apa(new Cite([item]), 'html')
    .replace(/^\s*<div[^>]*>\s*<div[^>]*>/, '')
    .replace(/<\/div>\s*<\/div>\s*$/, '');
  return html.replace(/https:\/\/[^\s<]+/g, (url) => `<a href="${url}">${url.replace('https://', '')}</a>`);
}

/** `Gu et al.`, `Barbero & Gu`, `Xiao`. */
export function shortAuthors({ author = [] }: CslItem): string {
  const names = author.map(({ family, literal }) => family ?? literal ?? '');
  const others = names.includes('others') || names.length > 2;
  if (others) return `${names[0]} et al.`;
  return names.join(' & ');
}

export function yearOf({ issued }: CslItem): string {
  return String(issued?.['date-parts'][0]?.[0] ?? 'n.d.');
}

function apa(cite: Cite, format: 'html' | 'text'): string {
  const text = cite.format('bibliography', { format, template: 'apa', lang: LANGUAGE });
  // APA has no word for an author list that is known only in part; “others” would be printed as a name.
  return text.replace(/, (?:&#38;|&amp;|&) others\b\.?/g, ', et al.');
}

/** citation-js names an entry by author and title; the site's own ids are shorter and do not change. */
function bibtexKey(bibtex: string, id: string): string {
  return bibtex.replace(/^(@\w+\{)[^,]*,/, `$1${id},`);
}

function withoutInternals(item: CslItem): CslItem {
  const { _graph, ...fields } = item;
  return fields as CslItem;
}
