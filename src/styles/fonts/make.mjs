// Cuts from the Source faces the few letters that the pages need beyond their Latin files (names of authors, Greek of
// formulas), and the faces as TrueType for drawing PNGs: `node src/styles/fonts/make.mjs`. The results are committed.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import subsetFont from 'subset-font';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, '../../../node_modules/@fontsource');
const source = (family, script, style) =>
  readFileSync(join(modules, family, `files/${family}-${script}-400-${style}.woff2`));

/** Letters of Central European names. */
const NAMES = 'ČčĆćĎďĐđĘęĚěĞğİıŁłŃńŇňŐőŘřŚśŞşŠšŤťŮůŰűŹźŻżŽž';
const GREEK = 'αβγδεζηθκλμνπρστφχψωΔΣΩ';
/** What a figure may print. */
const FIGURE = ` !"#%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_abcdefghijklmnopqrstuvwxyz{|}~\u00a0·×±–—‘’“”…−\u202f`;

const web = [
  ['source-sans-3', 'latin-ext', 'normal', NAMES],
  ['source-sans-3', 'greek', 'normal', GREEK],
  ['source-serif-4', 'latin-ext', 'normal', NAMES],
];
for (const [family, script, style, letters] of web) {
  const font = await subsetFont(source(family, script, style), letters, { targetFormat: 'woff2' });
  writeFileSync(join(here, `${family}-${script}.woff2`), font);
}
for (const [script, letters] of [
  ['latin', FIGURE],
  ['greek', GREEK],
]) {
  const font = await subsetFont(source('source-sans-3', script, 'normal'), letters, { targetFormat: 'truetype' });
  writeFileSync(join(here, `source-sans-3-${script}.ttf`), font);
}
copyFileSync(join(modules, 'source-sans-3/LICENSE'), join(here, 'LICENSE'));
