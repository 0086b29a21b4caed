/** An Astro integration: the build ends before it starts when results, manifest and code do not belong together. */
import type { AstroIntegration } from 'astro';
import { inconsistencies } from './consistency.ts';

/** @param folder `public`; null in a preview of results that are not published, of which there is no manifest. */
export function consistentResults(folder: string | null): AstroIntegration {
  return {
    name: 'consistent-results',
    hooks: {
      'astro:build:start': ({ logger }) => {
        if (folder === null) {
          logger.warn('RESULTS names other results than the published ones: the manifest is not checked.');
          return;
        }
        const found = inconsistencies(folder);
        if (found.length === 0) return;
        for (const message of found) logger.error(message);
        process.exit(1);
      },
    },
  };
}
