/** What the service worker is told of the build that it belongs to; written into its file when the site is built. */
export interface Build {
  /** Hash of all built files. */
  version: string;
  /** Path of the site's folder, with slashes at both ends. */
  base: string;
  /** SHA-256 of every file by its path from the site's folder, sixteen hexadecimal digits. */
  files: Record<string, string>;
  /** The files of an offline copy: kept at once and as a whole. Others are kept when they are used. */
  whole: string[];
}

/** Digits of a file's hash that the list holds: enough to tell builds apart. */
export const HASH_DIGITS = 16;

/** The element by which a page says of which build it is; it stands at the beginning of the page. */
export function buildMark(version: string): string {
  return `<meta name="build" content="${version}">`;
}

/** The build that a page, or its beginning, says it is of. */
export function markedBuild(html: string): string | undefined {
  return /<meta name="build" content="([0-9a-f]+)">/.exec(html)?.[1];
}
