/** Labels at the ends of curves, moved along the vertical so that none covers another. */
import * as Plot from '@observablehq/plot';

/** Lines of text at 13 px need so much, CSS pixels. */
const LINE_HEIGHT = 15;

/**
 * Places as near to the wanted ones as a least gap allows, in the order of the wanted ones, and none beyond the last.
 * @param wanted positions along a line.
 */
export function placesApart(wanted: readonly number[], gap: number, last = Number.POSITIVE_INFINITY): number[] {
  // Neighbours that would overlap become one block, which stands where its members want it on average.
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]!);
  const blockOf = (members: number[]) => {
    const starts = members.map((i, place) => wanted[i]! - place * gap);
    const start = starts.reduce((sum, own) => sum + own, 0) / starts.length;
    return { members, start: Math.min(start, last - (members.length - 1) * gap) };
  };
  const blocks: { members: number[]; start: number }[] = [];
  for (const member of order) {
    let block = blockOf([member]);
    for (
      let above = blocks.at(-1);
      above && above.start + above.members.length * gap > block.start;
      above = blocks.at(-1)
    ) {
      blocks.pop();
      block = blockOf([...above.members, ...block.members]);
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
  return Plot.initializer(options, (data, facets, { y }, scales, { height, marginBottom }) => {
    const at = scales.y as unknown as (value: unknown) => number;
    const wanted = Array.from(y!.value as ArrayLike<unknown>, (value) => at(value));
    return { data, facets, channels: { y: { value: placesApart(wanted, LINE_HEIGHT, height - marginBottom) } } };
  }) as Plot.TextOptions;
}
