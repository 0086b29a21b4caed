/** What changed of what is published: versions of figures, and releases of the edition. */
import { SITE_NAME } from './site.ts';

export interface Revision {
  /** Full address; it names the revision for good. */
  url: string;
  title: string;
  /** ISO 8601. */
  date: string;
  summary: string;
}

/**
 * The releases that a changelog dates in their headings: `## [0.1.0] - 2026-01-31`. What is under `[Unreleased]` has no
 * date yet.
 * @param url where the text stands; a release is known by its version there.
 */
export function releasesOf(changelog: string, url: string): Revision[] {
  const sections = changelog.split(/^## /m).slice(1);
  return sections.flatMap((section) => {
    const [, version, date] = /^\[(.+?)\] - (\d{4}-\d{2}-\d{2})\n/.exec(section) ?? [];
    if (!version || !date) return [];
    const summary = section.slice(section.indexOf('\n')).trim().replaceAll(/\n\s+/g, ' ');
    return [{ url: `${url}#release-${version}`, title: `${SITE_NAME} ${version}`, date: `${date}T00:00:00Z`, summary }];
  });
}

/** Where a feed stands, and whose it is. */
export interface Feed {
  title: string;
  subtitle: string;
  author: string;
  /** Full address of the feed. */
  self: string;
  /** Full address of the site. */
  home: string;
}

/** An Atom feed (RFC 4287), the newest revision first. */
export function atomOf({ title, subtitle, author, self, home }: Feed, revisions: readonly Revision[]): string {
  const sorted = [...revisions].sort((a, b) => b.date.localeCompare(a.date) || a.url.localeCompare(b.url));
  const entries = sorted.map(
    ({ url, title, date, summary }) =>
      `<entry><id>${escapeXml(url)}</id><title>${escapeXml(title)}</title><link href="${escapeXml(url)}"/>` +
      `<updated>${date}</updated><summary>${escapeXml(summary)}</summary></entry>`,
  );
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">',
    `<id>${escapeXml(self)}</id><title>${escapeXml(title)}</title><subtitle>${escapeXml(subtitle)}</subtitle>`,
    `<link rel="self" type="application/atom+xml" href="${escapeXml(self)}"/><link rel="alternate" type="text/html" href="${escapeXml(home)}"/>`,
    `<updated>${sorted[0]?.date ?? '1970-01-01T00:00:00Z'}</updated><author><name>${escapeXml(author)}</name></author>`,
    ...entries,
    '</feed>\n',
  ].join('\n');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
