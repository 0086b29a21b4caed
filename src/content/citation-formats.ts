/** One work in the formats that reference managers read. */
import { Cite, type CslItem } from '@citation-js/core';
import '@citation-js/plugin-bibtex';
import '@citation-js/plugin-csl';
import '@citation-js/plugin-ris';

/** Each ends in a line break. Those of a work with `accessible` hold the places of `date-of-access.ts`. */
export interface CitationFormats {
  /** A sentence of no particular style. */
  text: string;
  apa: string;
  bibtex: string;
  ris: string;
  csl: string;
}

const LANGUAGE = 'en-US';

/** Reads BibTeX. */
export function parseBibtex(bibtex: string): CslItem[] {
  return new Cite(bibtex).data.map(withoutInternals);
}

/**
 * The work in every format.
 * @param accessible whether the work may change, so that the date of access belongs to its citation.
 */
export function citationFormats(item: CslItem, { accessible = false } = {}): CitationFormats {
  const cite = new Cite([item]);
  const [entry] = cite.data;
  const access = (part: string) => (accessible ? `⟦${part}⟧` : '');
  const version = item.version === undefined ? '' : ` (Version ${item.version})`;
  const titled = new Cite([{ ...item, title: item.title?.replace(/(?= \[Figure\]$)|$/, version) } as CslItem]);
  return {
    text: `${sentence(item)}${access(', accessed %day%')}.\n`,
    apa: `${apa(titled, 'text')
      .trim()
      .replace(/ (?=https?:)/, ` ${access('Retrieved %words%, from ')}`)}\n`,
    bibtex: `${bibtexOf(item, access)}\n`,
    // RIS closes a record with a space behind the dash.
    ris: cite
      .format('ris')
      .trimEnd()
      .replaceAll(/\n\n+/g, '\n')
      .replace(/^ID {2}- .*$/m, `ID  - ${item.id}`)
      .replace(/ER {2}-$/, `${item.version ? `ET  - ${item.version}\n` : ''}${access('Y2  - %ris%\n')}ER  - \n`),
    csl: `${JSON.stringify([withoutInternals(entry!)], null, 2)}\n`.replace(
      /("id": .*\n)/,
      (line) => `${line}${access('    "accessed": { "date-parts": [[%csl%]] },\n')}`,
    ),
  };
}

/** `Authors, “Title”, version, container, date, address`, as far as there are such. */
function sentence(item: CslItem): string {
  const names = (item.author ?? []).map(({ given, family, literal }) => literal ?? [given, family].join(' '));
  const month = item.issued?.['date-parts'][0]?.[1];
  const date = month === undefined ? yearOf(item) : `${yearOf(item)}-${String(month).padStart(2, '0')}`;
  const version = item.version === undefined ? undefined : `version ${item.version}`;
  const parts = [names.join(', '), `“${item.title}”`, version, item['container-title'], date, item.URL];
  return parts.filter((part) => part !== undefined && part !== '').join(', ');
}

/**
 * citation-js leaves out a version and a date of access; the note holds that date too, since older styles print no other.
 * It writes months as numbers, which those styles print as such, and leaves the names of bodies as they are.
 * @throws {Error} naming a character that LaTeX has no command for, which would be left out without a word.
 */
function bibtexOf(item: CslItem, access: (part: string) => string): string {
  const author = item.author?.map((name) => (name.literal ? { literal: escapedForLatex(name.literal) } : name));
  const written = new Cite([{ ...item, ...(author && { author }) }]).format('bibtex').trim();
  expectKept(item, written);
  const version = item.version === undefined ? '' : `\tversion = {${item.version}},\n`;
  return bibtexKey(written, item.id)
    .replace(/\tmonth = \{(\d+)\}/, (_, month: string) => `\tmonth = ${MONTHS[Number(month) - 1]}`)
    .replace(/(\tnote = \{.*)(?=\},\n)/, (note: string) => note + access('. Accessed %iso%'))
    .replace(/\}$/, () => `${version}${access('\turldate = {%iso%},\n')}}`);
}

/** The macros that every style of BibTeX knows. */
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Text in which no character is a command of LaTeX; BibTeX counts braces even where they are escaped. */
function escapedForLatex(text: string): string {
  return text.replace(/[&%$#_{}\\~^]/g, (sign) => LATEX_COMMANDS[sign] ?? `\\${sign}`);
}

const LATEX_COMMANDS: Record<string, string> = {
  '{': '\\textbraceleft{}',
  '}': '\\textbraceright{}',
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
};

/** Holds what BibTeX gives back against what was to be written, in the form in which ½ is 1⁄2. */
function expectKept({ id, title, note }: CslItem, bibtex: string): void {
  const [read] = parseBibtex(bibtex);
  for (const [field, text] of Object.entries({ title, note })) {
    const kept = new Set(String(read?.[field] ?? '').normalize('NFKD'));
    const lost = [...(text ?? '').normalize('NFKD')].find((sign) => sign.trim() !== '' && !kept.has(sign));
    if (lost) throw new Error(`${id}: BibTeX has no way to write “${lost}”, which stands in the ${field}: “${text}”`);
  }
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

/** Names in full, the given first; of a list that is known only in part, those that are. */
export function authorNames({ author = [] }: CslItem): string[] {
  return author
    .map(({ given, family, literal }) => literal ?? [given, family].filter(Boolean).join(' '))
    .filter((name) => name !== 'others');
}

/** The title without the marks that keep its capitals. */
export function plainTitle({ title = '' }: CslItem): string {
  return title.replaceAll(/<[^>]+>/g, '');
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
