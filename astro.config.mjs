// Where the site will stand: SITE (origin) and BASE (folder) are set by whoever deploys it, as the Pages workflow does.
import mdx from '@astrojs/mdx';
import sitemap from '@astrojs/sitemap';
import svelte from '@astrojs/svelte';
import { defineConfig } from 'astro/config';
import rehypeKatex from 'rehype-katex';
import remarkMath from 'remark-math';
import { consistentResults } from './pipeline/provenance/site-check.ts';
import { contentSecurityPolicy } from './scripts/content-security-policy.ts';
import { llmsText } from './scripts/llms-text.ts';
import { offlineCopy } from './scripts/offline-copy.ts';
import { sharePictures } from './scripts/share-pictures.ts';
import { FIGURES } from './src/components/figures/index.ts';
import { rehypeEquations } from './src/content/rehype-equations.ts';
import { remarkMarginalia } from './src/content/remark-marginalia.ts';
import { experimentResults, findResults } from './src/content/results.ts';
import { KATEX_PARTS, otherLetters } from './src/styles/fonts/formulas.mjs';

/**
 * KaTeX ships each face in three formats and faces that no formula here uses; every browser of today reads woff2. The
 * letters of our formulas are in src/styles/fonts; a whole face is there for the others.
 */
const katexFonts = {
  name: 'katex-fonts',
  enforce: 'pre',
  transform(code, id) {
    if (!/katex(\.min)?\.css/.test(id)) return null;
    return code
      .replaceAll(/,url\([^)]*\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)/g, '')
      .replaceAll(/@font-face\{[^}]*KaTeX_(?:Caligraphic|Fraktur|SansSerif|Script|Typewriter)[^}]*\}/g, '')
      .replaceAll(/@font-face\{[^}]*KaTeX_\w+-Bold(?:Italic)?\.[^}]*\}/g, '')
      .replaceAll(/(@font-face\{[^}]*KaTeX_([\w-]+)\.woff2[^}]*)\}/g, (whole, face, name) => {
        const part = KATEX_PARTS.find((candidate) => candidate.face === name);
        return part ? `${face};unicode-range:${otherLetters(part.letters)}}` : whole;
      });
  },
};

/**
 * Results that are broken, or missing though the article shows them, end the build before it starts, with what to do and
 * no stack trace. A figure whose experiment has not been run yet is left out.
 */
const resultsFirst = {
  name: 'results-first',
  hooks: {
    'astro:build:start': ({ logger }) => {
      try {
        for (const { experiment } of FIGURES) findResults(experiment);
        experimentResults('emergence');
      } catch (error) {
        logger.error(error.message);
        process.exit(1);
      }
    },
  },
};

export default defineConfig({
  site: process.env.SITE ?? 'http://localhost:4321',
  base: process.env.BASE ?? '/',
  trailingSlash: 'always',
  integrations: [
    resultsFirst,
    consistentResults(process.env.RESULTS ? null : 'public'),
    contentSecurityPolicy(),
    mdx(),
    svelte(),
    // Frames for other pages, and what is no page, are not to be found by themselves.
    sitemap({ filter: (page) => !/\/(404|embed|pieces\/.+)\/$/.test(page) }),
    sharePictures(),
    llmsText(),
    // It hashes what was built, so nothing may be written behind it.
    offlineCopy(),
  ],
  markdown: {
    remarkPlugins: [remarkMath, remarkMarginalia],
    rehypePlugins: [[rehypeKatex, { strict: 'error', throwOnError: true }], rehypeEquations],
  },
  vite: {
    plugins: [katexFonts],
    // The training worker loads its backends on demand, which the default format of workers cannot.
    worker: { format: 'es' },
    // Fonts are cached by themselves; a script of a piece that the article fetches has to have an address.
    build: { assetsInlineLimit: (file) => (/\.woff2$|RelatedTable/.test(file) ? false : undefined) },
  },
});
