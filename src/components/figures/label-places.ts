/** Labels at the ends of curves, moved along the vertical so that none covers another. */
import * as Plot from '@observablehq/plot';

/** Lines of text at 13 px need so much, CSS pixels. */
const LINE_HEIGHT = 15;

/**
 * Places as near to the wanted ones as a least gap allows, in the order of the wanted ones.
 * @param wanted positions along a line.
 */
export function placesApart(wanted: readonly number[], gap: number): number[] {
  // Neighbours that would overlap become one block, which stands where its members want it on average.
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]!);
  const blocks: { members: number[]; start: number }[] = [];
  for (const member of order) {
    let block = { members: [member], start: wanted[member]! };
    for (let last = blocks.at(-1); last && last.start + last.members.length * gap > block.start; last = blocks.at(-1)) {
      blocks.pop();
      const members = [...last.members, ...block.members];
      const starts = members.map((i, place) => wanted[i]! - place * gap);
      block = { members, start: starts.reduce((sum, start) => sum + start, 0) / starts.length };
    }
    blocks.push(block);
  }
  const places = new Array<number>(wanted.length);
  for (const { members, start } of blocks)
    for (const [i, member] of members.entries()) places[member] = start + i * gap;
  return places;
}

/** Options of a text mark whose texts keep apart along the vertical axis. */
export function spreadApart(options: Plot.TextOptions): Plot.TextOptions {
  return Plot.initializer(options, (data, facets, { y }, scales) => {
    const at = scales.y as unknown as (value: unknown) => number;
    const wanted = Array.from(y!.value as ArrayLike<unknown>, (value) => at(value));
    return { data, facets, channels: { y: { value: placesApart(wanted, LINE_HEIGHT) } } };
  }) as Plot.TextOptions;
}
