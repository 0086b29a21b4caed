/** What every page knows of the site: its name, its address, its repository. */

export const SITE_NAME = 'First Token';
export const EDITION = 'First Token: an independent edition';
/** The corporate author of what is published here. */
export const AUTHOR = 'First Token contributors';
export const LICENCE = 'MIT';
export const LICENCE_URL = 'https://spdx.org/licenses/MIT.html';

/** The repository's address, where whoever deploys the site names one. */
export const SOURCE_URL: string | undefined = process.env['SOURCE_URL'] || undefined;

/** A path of this site under whatever folder it is deployed in: `href('figures/')`. No leading slash. */
export function href(path = ''): string {
  return `${import.meta.env.BASE_URL.replace(/\/$/, '')}/${path}`;
}

/** A file that the build makes (`curves/depth.json`). The development server has such files under a slash. */
export function builtFile(path: string): string {
  return href(import.meta.env.DEV ? `${path}/` : path);
}

/** The full address of a path of this site. */
export function absoluteUrl(path = ''): string {
  return new URL(href(path), import.meta.env.SITE).href;
}
