/** Every file that names the version of what is released: whoever raises it raises it in each. */
const PLACES = {
  'package.json': /^ {2}"version": "(.*?)"/m,
  'package-lock.json': /^ {2}"version": "(.*?)"/m,
  'CITATION.cff': /^version: (.*)$/m,
  '.zenodo.json': /^ {2}"version": "(.*?)"/m,
  'public/results/ro-crate-metadata.json': /"@id": "#software",[^}]*?"version": "(.*?)"/,
};

/**
 * The version that each of them names; undefined where it names none.
 * @param {(file: string) => string} read the content of a file, by its path in the project's folder.
 * @returns {Record<string, string | undefined>}
 */
export function namedVersions(read) {
  return Object.fromEntries(Object.entries(PLACES).map(([file, version]) => [file, version.exec(read(file))?.[1]]));
}
