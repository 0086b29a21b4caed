/**
 * The manifest: SHA-256 of every file that the site publishes beside its pages. The pipeline writes it, the build and the
 * page `/check/` hold the files against it. No Node API, and small enough for a page: nothing but this is read in there.
 */

/** Raise it when a manifest of the old shape can no longer be read. */
export const MANIFEST_VERSION = 1;

/** Where the manifest stands, from the folder of the site. */
export const MANIFEST_PATH = 'results/manifest.json';

/** Some hundred times the present one. */
const MOST_CHARACTERS = 20_000_000;

export interface ManifestFile {
  /** From the folder of the site, with `/`: `results/runs/08c3fe7b1caca5c9.json`. */
  path: string;
  bytes: number;
  /** SHA-256, 64 hexadecimal digits. */
  sha256: string;
  /**
   * Of a `.gz` file, the SHA-256 of what is packed in it: some servers send such a file as an encoding of its content,
   * and a browser then gives the content alone.
   */
  unpackedSha256?: string;
}

export interface Manifest {
  schemaVersion: typeof MANIFEST_VERSION;
  /** Which code made the exported runs: each set of versions that occurs, once. */
  versions: Record<string, string>[];
  /** By path, in the order of their characters. */
  files: ManifestFile[];
}

/**
 * Reads a manifest.
 * @throws {Error} saying what is wrong with it.
 */
export function parseManifest(text: string): Manifest {
  if (text.length > MOST_CHARACTERS) throw new Error('the manifest is longer than any manifest, so it was not read');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('the manifest is not JSON: it was cut short or changed');
  }
  const { schemaVersion, versions, files } = (value ?? {}) as Partial<Manifest>;
  if (schemaVersion !== MANIFEST_VERSION) {
    throw new Error(
      `the manifest has schema version ${JSON.stringify(schemaVersion)}, and this program reads ${MANIFEST_VERSION}`,
    );
  }
  if (!Array.isArray(versions) || !Array.isArray(files) || files.length === 0) {
    throw new Error('the manifest names no files');
  }
  const wrong = files.findIndex((file) => !isManifestFile(file));
  if (wrong >= 0) throw new Error(`entry ${wrong + 1} of the manifest has no proper path, size and SHA-256`);
  return value as Manifest;
}

/** A path stays within the site, so that a manifest cannot send a reader's browser elsewhere. */
function isManifestFile(file: ManifestFile | null): boolean {
  return (
    typeof file?.path === 'string' &&
    /^[a-z0-9][\w@.-]*(\/[\w@][\w@.-]*)*$/i.test(file.path) &&
    Number.isSafeInteger(file.bytes) &&
    file.bytes >= 0 &&
    isSha256(file.sha256) &&
    (file.unpackedSha256 === undefined || isSha256(file.unpackedSha256))
  );
}

/** In a file of someone else's making anything could stand there, even what cannot be made a string. */
function isSha256(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}
