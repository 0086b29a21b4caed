/** The letters of formulas, by KaTeX's face: what the parts cut by `make.mjs` hold, and what is left to the whole faces. */

/** A letter that no formula uses yet may be missing: then the whole face is fetched for it. */
export const KATEX_PARTS = [
  {
    face: 'Main-Regular',
    family: 'KaTeX_Main',
    style: 'normal',
    letters: '()+,./0123456789:;<=>[]|ˉΔ…′ℓ→∂−∥≈≤≥⊤⋯⟹\u200b',
  },
  { face: 'Math-Italic', family: 'KaTeX_Math', style: 'italic', letters: 'ACFHKLQTVWabdhijkmnpqrstvxyzαδεκλ' },
  { face: 'Size1-Regular', family: 'KaTeX_Size1', style: 'normal', letters: '()[]∑∏' },
  { face: 'Size2-Regular', family: 'KaTeX_Size2', style: 'normal', letters: '()[]∑∏' },
];

const LAST_CODE_POINT = 0x10ffff;

/** `[[0x20, 0x7e]]`: stretches of code points, both ends included. */
function stretchesOf(letters) {
  const codes = [...new Set(letters)].map((letter) => letter.codePointAt(0)).sort((a, b) => a - b);
  const ends = codes.filter((code) => !codes.includes(code + 1));
  return codes.filter((code) => !codes.includes(code - 1)).map((start, i) => [start, ends[i]]);
}

function inCss(stretches) {
  const hex = (code) => code.toString(16).toUpperCase();
  return stretches.map(([start, end]) => `U+${hex(start)}${end === start ? '' : `-${hex(end)}`}`).join(', ');
}

/** The letters as a face's `unicode-range`: `U+20-7E, U+A0`. */
export function unicodeRange(letters) {
  return inCss(stretchesOf(letters));
}

/** All other letters. */
export function otherLetters(letters) {
  const stretches = stretchesOf(letters);
  const starts = [0, ...stretches.map(([, end]) => end + 1)];
  const ends = [...stretches.map(([start]) => start - 1), LAST_CODE_POINT];
  return inCss(starts.map((start, i) => [start, ends[i]]).filter(([start, end]) => start <= end));
}
