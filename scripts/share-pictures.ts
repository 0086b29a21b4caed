/**
 * An Astro integration: draws the picture of every built page that names one under `share/`. A figure's page shows its
 * figure, an experiment's page its first figure, the article the growth of the sink; other pages show their title.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { pngOf } from '../src/components/figures/downloads.ts';
import { FIGURES } from '../src/components/figures/index.ts';
import { renderFigure } from '../src/components/figures/render.ts';
import { experimentResults, findResults } from '../src/content/results.ts';
import { SHARE_FOLDER, sharePicture } from '../src/layouts/share-picture.ts';
import { SITE_NAME } from '../src/layouts/site.ts';
import { type BuiltPage, builtPages } from './built-pages.ts';
import { shareCard } from './share-card.ts';

/** The figure that stands for the article. */
const ARTICLE_FIGURE = 'emergence';

export function sharePictures(): AstroIntegration {
  return {
    name: 'share-pictures',
    hooks: {
      'astro:build:done': ({ dir, logger }) => {
        const folder = fileURLToPath(dir);
        // Pages that name another page's picture, as a figure's versions do, have none of their own.
        const pages = builtPages(folder).filter((page) => page.picture?.endsWith(`/${ownPicture(page)}`));
        for (const page of pages) {
          const file = join(folder, ownPicture(page));
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, pictureOf(page));
        }
        logger.info(`${pages.length} pictures for sharing stand under ${SHARE_FOLDER}`);
      },
    },
  };
}

/** Hosts want the page of a missing address as `404.html`; it is `404/` to itself. */
function ownPicture({ path }: BuiltPage): string {
  return sharePicture(path.replace(/\.html$/, ''));
}

function pictureOf({ path, title, description }: BuiltPage): Uint8Array {
  return pngOf(
    shareCard({
      title: title.replace(` · ${SITE_NAME}`, ''),
      description,
      siteName: SITE_NAME,
      drawing: drawingFor(path),
    }),
    1,
  );
}

function drawingFor(path: string) {
  const [kind, id] = path === '' ? ['figures', ARTICLE_FIGURE] : path.split('/');
  const figure =
    kind === 'figures'
      ? FIGURES.find((one) => one.id === id)
      : kind === 'experiments'
        ? FIGURES.find(({ experiment }) => experiment === id)
        : undefined;
  if (!figure || !findResults(figure.experiment)) return undefined;
  return renderFigure(figure, experimentResults(figure.experiment), { layout: 'wide' });
}
