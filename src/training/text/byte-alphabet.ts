/**
 * The alphabet of byte-level BPE (Radford et al. 2019, GPT-2): every byte has a printable character, so that a
 * vocabulary of any bytes can be written as JSON strings. Bytes that print stand for themselves; the 68 others
 * (controls, space, soft hyphen) get the characters from U+0100 on, in order: a space is `Ġ`.
 */

function prints(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

function alphabet(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(prints(byte) ? byte : next++));
}

/** The character of each byte. */
export const BYTE_CHARACTERS: readonly string[] = alphabet();

/** The byte of each character of the alphabet. */
export const CHARACTER_BYTES: ReadonlyMap<string, number> = new Map(
  BYTE_CHARACTERS.map((character, byte) => [character, byte]),
);

/**
 * How GPT-2 cuts text into words before merging: English clitics, letters, digits and other marks, each with the one
 * space before it, and runs of white space. The pieces joined are the text. Make a new one for each use: it keeps state.
 */
export function wordPattern(): RegExp {
  return /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;
}
