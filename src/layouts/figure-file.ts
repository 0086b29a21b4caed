/** One file of a figure's version as the site answers with it; the present version's stand at two addresses. */
import { contentOf, FILES, type FileName } from '../components/citing/files.ts';
import type { FigureRecord } from '../components/citing/record.ts';
import { citationFormats } from '../content/citation-formats.ts';
import { publishedCitation, versionPath } from './published-figure.ts';
import { absoluteUrl } from './site.ts';

const made = new Map<string, string | Uint8Array>();

export function figureFile(record: FigureRecord, file: FileName): Response {
  const key = versionPath(record) + file;
  let content = made.get(key);
  if (content === undefined) {
    content = contentOf(file, record, {
      address: absoluteUrl(versionPath(record)),
      citation: citationFormats(publishedCitation(record), { accessible: true }),
    });
    made.set(key, content);
  }
  return new Response(content as BodyInit, { headers: { 'Content-Type': FILES[file].type } });
}
