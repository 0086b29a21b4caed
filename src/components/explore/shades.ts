/** Numbers as shades, drawn as one SVG path a shade: few elements, the same in light, dark and print, and without a script. */

/** Shades between the lightest and the darkest. */
const SHADES = 16;
/** From the ground to the colour up to here, and on towards the ink, as in the figures. */
const FULL_COLOUR = 0.72;

export interface ShadePath {
  fill: string;
  path: string;
}

/**
 * Cells of one unit as paths, a row below the other.
 * @param heightOf the shade of a cell, 0 to 1, or null to leave it blank.
 */
export function shadePaths(
  rows: number,
  columns: number,
  heightOf: (row: number, column: number) => number | null,
): ShadePath[] {
  const byShade = new Map<number, string>();
  for (let row = 0; row < rows; row++) {
    let start = 0;
    while (start < columns) {
      const shade = shadeOf(heightOf(row, start));
      let end = start + 1;
      while (end < columns && shadeOf(heightOf(row, end)) === shade) end++;
      if (shade !== null)
        byShade.set(shade, `${byShade.get(shade) ?? ''}M${start} ${row}h${end - start}v1h${start - end}z`);
      start = end;
    }
  }
  return [...byShade].sort(([a], [b]) => a - b).map(([shade, path]) => ({ fill: fillOf(shade / SHADES), path }));
}

function shadeOf(height: number | null): number | null {
  return height === null ? null : Math.round(Math.min(1, Math.max(0, height)) * SHADES);
}

/** The colour of a shade, from a breath of colour at 0 to nearly ink at 1. */
export function fillOf(height: number): string {
  const mix = (colour: string, share: number, ground: string) =>
    `color-mix(in oklab, var(--figure-${colour}) ${Math.round(100 * share)}%, var(--figure-${ground}))`;
  if (height <= FULL_COLOUR) return mix('first', 0.05 + 0.95 * (height / FULL_COLOUR), 'paper');
  return mix('ink', (0.8 * (height - FULL_COLOUR)) / (1 - FULL_COLOUR), 'first');
}
