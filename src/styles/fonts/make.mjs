// Cuts faces so that a page loads the letters that it prints and few others: `node src/styles/fonts/make.mjs`. Of the Source
// faces, a core that every page needs, what is rarer, and the few letters beyond Latin (names of authors, Greek of
// formulas); of KaTeX's, the letters of our formulas, so that its whole faces are fetched only where another one occurs.
// Also the faces as TrueType for drawing PNGs. The results, `faces.css` with them, are committed.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import subsetFont from 'subset-font';
import { KATEX_PARTS, unicodeRange } from './formulas.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, '../../../node_modules');
const source = (family, script, style) =>
  readFileSync(join(modules, `@fontsource/${family}/files/${family}-${script}-400-${style}.woff2`));
const katex = (face) => readFileSync(join(modules, `katex/dist/fonts/KaTeX_${face}.woff2`));

const span = (from, to) => String.fromCodePoint(...Array.from({ length: to - from + 1 }, (_, i) => from + i));
const without = (letters, others) => [...letters].filter((letter) => !others.includes(letter)).join('');

/** What nearly every page prints, names of authors included. */
const CORE = `${span(0x20, 0x7e)}\u00a0§·×ÁÉÖÜßáäçèéëíñóöúü\u2009–—‘’“”…\u202f↑↓−`;
/** The rest of what the faces for Latin hold. */
const RARE = without(`${span(0xa1, 0xff)}Œœ${span(0x2010, 0x2044)}€™↑↓`, CORE);
/** Letters of Central European names, the frequent ones and the others. */
const NAMES = 'ĆćČčŁłŠšŽž';
const RARE_NAMES = 'ĎďĐđĘęĚěĞğİıŃńŇňŐőŘřŚśŞşŤťŮůŰűŹźŻż';
const GREEK = 'αβγδεζηθκλμνπρστφχψωΔΣΩ';
/** What a figure may print. */
const FIGURE = ` !"#%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_abcdefghijklmnopqrstuvwxyz{|}~\u00a0·×±–—‘’“”…−\u202f`;

const SANS = ['Source Sans 3', 'source-sans-3', 'normal'];
const SERIF = ['Source Serif 4', 'source-serif-4', 'normal'];
const ITALIC = ['Source Serif 4', 'source-serif-4', 'italic'];

/** Face, script of the file it is cut from, name of the part, letters. */
const SOURCE_PARTS = [
  ...[SANS, SERIF, ITALIC].flatMap((face) => [
    [face, 'latin', 'core', CORE],
    [face, 'latin', 'rare', RARE],
  ]),
  ...[SANS, SERIF].flatMap((face) => [
    [face, 'latin-ext', 'names', NAMES],
    [face, 'latin-ext', 'rare-names', RARE_NAMES],
  ]),
  [SANS, 'greek', 'greek', GREEK],
];

const faces = [];
async function cut(font, letters, { name, family, style, display = 'swap' }) {
  writeFileSync(join(here, `${name}.woff2`), await subsetFont(font, letters, { targetFormat: 'woff2' }));
  faces.push(`@font-face {
  font-family: "${family}";
  font-style: ${style};
  font-weight: 400;
  font-display: ${display};
  src: url("./${name}.woff2") format("woff2");
  unicode-range: ${unicodeRange(letters)};
}`);
}
for (const [[family, folder, style], script, part, letters] of SOURCE_PARTS) {
  const name = `${folder}-${part}${style === 'italic' ? '-italic' : ''}`;
  await cut(source(folder, script, style), letters, { name, family, style });
}
for (const { face, family, style, letters } of KATEX_PARTS) {
  const name = `katex-${face.toLowerCase()}`;
  await cut(katex(face), letters, { name, family, style, display: 'block' });
}
writeFileSync(join(here, 'faces.css'), `/* Written by make.mjs. */\n${faces.join('\n')}\n`);

for (const [script, letters] of [
  ['latin', FIGURE],
  ['greek', GREEK],
]) {
  const font = await subsetFont(source('source-sans-3', script, 'normal'), letters, { targetFormat: 'truetype' });
  writeFileSync(join(here, `source-sans-3-${script}.ttf`), font);
}
copyFileSync(join(modules, '@fontsource/source-sans-3/LICENSE'), join(here, 'LICENSE'));
copyFileSync(join(modules, 'katex/LICENSE'), join(here, 'LICENSE-KaTeX'));
