/**
 * A figure's drawings as files that pages fetch when their reader comes near: one a layout, light and dark in one, and
 * what can be read off them. A name holds a hash of the content, so that a page never shows a drawing of other results.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { ExperimentResult } from '../../results/schema.ts';
import { type Figure, LAYOUTS, type Layout } from './figure.ts';
import { PALETTE, type Theme } from './palette.ts';
import type { ReadoutData } from './readout.ts';
import { renderFigure } from './render.ts';

interface DrawingFile {
  name: string;
  content: string;
}

export interface DrawingFiles {
  drawings: Record<Layout, DrawingFile & { width: number; height: number }>;
  /** Null where there is nothing to read along an axis. */
  readout: DrawingFile | null;
}

const made = new WeakMap<ExperimentResult, Map<string, DrawingFiles>>();

/** The files of a figure as these results draw it. */
export function drawingFiles(figure: Figure, data: ExperimentResult): DrawingFiles {
  const ofResults = made.get(data) ?? new Map<string, DrawingFiles>();
  made.set(data, ofResults);
  const files = ofResults.get(figure.id) ?? filesOf(figure, data);
  ofResults.set(figure.id, files);
  return files;
}

function filesOf(figure: Figure, data: ExperimentResult): DrawingFiles {
  const rendered = LAYOUTS.map((layout) => ({ layout, ...renderFigure(figure, data, { layout }) }));
  const drawings = rendered.map(({ layout, svg, width, height }) => {
    const file = named(layout, 'svg', svg.replace('>', `>${THEMES}`));
    return [layout, { ...file, width, height }] as const;
  });
  const readout: ReadoutData | undefined = figure.readout && {
    ...figure.readout(data),
    drawings: Object.fromEntries(rendered.map(({ layout, panels }) => [layout, panels])),
  };
  return {
    drawings: Object.fromEntries(drawings) as DrawingFiles['drawings'],
    readout: readout ? named('readout', 'json', JSON.stringify(readout)) : null,
  };
}

/** What the page's style sheet says of a drawing within it; whoever sets the drawing into a page takes this out. */
const THEMES = `<style>svg{${colours('light')}}@media (prefers-color-scheme:dark){svg{${colours('dark')}}}text{white-space:pre;paint-order:stroke}</style>`;

function colours(theme: Theme): string {
  return Object.entries(PALETTE)
    .map(([name, colour]) => `--figure-${name}:${colour[theme]}`)
    .join(';');
}

function named(stem: string, ending: string, content: string): DrawingFile {
  const hash = bytesToHex(sha256(utf8ToBytes(content))).slice(0, 10);
  return { name: `${stem}-${hash}.${ending}`, content };
}
