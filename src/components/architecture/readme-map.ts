/** The map of the source that README draws: a line a folder or file, with a sentence on what it holds. */

/**
 * Reads the first fenced block behind the heading “Where things are”: paths from the project's folder, in order, with
 * what is said of each; a line's indentation tells whose part it is.
 * @throws {Error} where README has no such block, or a line of it cannot be read.
 */
export function readMap(readme: string): Map<string, string> {
  const block = /^## Where things are\n[\s\S]*?```\n([\s\S]*?)```/m.exec(readme)?.[1];
  if (block === undefined) throw new Error('README.md: no map under “Where things are”');
  const places = new Map<string, string>();
  const parents: string[] = [];
  for (const line of block.trimEnd().split('\n')) {
    const [, indent, name, about] = /^((?: {2})*)(\S+)(?: {2,}(\S.*))?$/.exec(line) ?? [];
    if (indent === undefined || name === undefined)
      throw new Error(`README.md: the map's line “${line}” cannot be read`);
    const depth = indent.length / 2;
    parents.length = depth;
    parents[depth] = name.replace(/\/$/, '');
    places.set(parents.join('/'), about ?? '');
  }
  return places;
}
