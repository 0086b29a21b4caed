/** The feed of revisions: every published version of every figure, and the releases. */
import type { APIRoute } from 'astro';
import changelog from '../../CHANGELOG.md?raw';
import { publishedFigures, versionPath, versionsOf } from '../layouts/published-figure.ts';
import { atomOf, releasesOf } from '../layouts/revisions.ts';
import { AUTHOR, absoluteUrl, SITE_NAME } from '../layouts/site.ts';

export const GET: APIRoute = () => {
  const versions = publishedFigures()
    .flatMap(({ id }) => versionsOf(id))
    .map((record) => ({
      url: absoluteUrl(versionPath(record)),
      title: `${record.title}, version ${record.version}`,
      date: record.published ?? record.finished,
      summary: record.caption,
    }));
  const feed = {
    title: `${SITE_NAME}: revisions`,
    subtitle: 'New versions of figures, and releases of the edition',
    author: AUTHOR,
    self: absoluteUrl('feed.xml'),
    home: absoluteUrl(),
  };
  const content = atomOf(feed, [...versions, ...releasesOf(changelog, absoluteUrl())]);
  return new Response(content, { headers: { 'Content-Type': 'application/atom+xml' } });
};
