/** The colours of the places on the stage; a run also has its number, for who cannot tell them apart. */
import { colour } from '../figures/palette.ts';

const COLOURS = [colour('first'), colour('second'), colour('third'), colour('fourth')] as const;

/** @param place from 0 */
export function colourOf(place: number): string {
  return COLOURS[place % COLOURS.length]!;
}
