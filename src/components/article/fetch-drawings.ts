/**
 * Puts drawings into the place of their pictures as a reader comes near, in the layout that fits, and again where that
 * changes. The files are those of the pictures, so that nothing is loaded twice.
 */
import type { Layout } from '../figures/figure.ts';

/** A reader comes near long before a drawing can be seen. */
const NEAR = '1000px 0px';

const drawings = new Map<string, Promise<SVGElement>>();

/** The layouts' widths, as in figure.css. */
function layoutFor(width: number): Layout {
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  if (width < 35 * rem) return 'narrow';
  return width < 50 * rem ? 'medium' : 'wide';
}

async function fetchDrawing(address: string): Promise<SVGElement> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  const svg = new DOMParser().parseFromString(await response.text(), 'image/svg+xml').documentElement;
  // Its colours are the page's from now on.
  svg.querySelector('style')!.remove();
  return svg as Element as SVGElement;
}

async function draw(place: HTMLElement): Promise<void> {
  const frame = place.parentElement!;
  const layout = layoutFor(frame.clientWidth);
  if (place.dataset['layout'] === layout) return;
  place.dataset['layout'] = layout;
  const address = place.dataset[layout]!;
  const known = drawings.get(address) ?? fetchDrawing(address);
  drawings.set(address, known);
  try {
    const svg = document.importNode(await known, true);
    if (place.dataset['layout'] !== layout) return; // it has changed again
    place.querySelector('svg')?.remove();
    place.prepend(svg);
    frame.querySelector<HTMLElement>('.readout')?.removeAttribute('hidden');
  } catch {
    // The picture stays. A change of layout, or coming back, tries again.
    drawings.delete(address);
    delete place.dataset['layout'];
  }
}

const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) void draw(target.querySelector<HTMLElement>('.drawing-later')!);
});
const near = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) resized.observe(target.parentElement!);
      else resized.unobserve(target.parentElement!);
    }
  },
  { rootMargin: NEAR },
);
for (const place of document.querySelectorAll('.drawing-later')) near.observe(place);

// Browsers that print pictures only once they are loaded.
addEventListener('beforeprint', () => {
  for (const picture of document.querySelectorAll<HTMLImageElement>('.drawing-print')) picture.loading = 'eager';
});
