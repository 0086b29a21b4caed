/**
 * Fills the places of interactive pieces: each as its reader comes near, and all of them, one by one, once the reader
 * does anything at all, so that a search within the page and a print find them. Each is the content of a page of its own,
 * with its styles.
 */

/** Far enough that a piece is there before it can be seen. */
const NEAR = '1500px 0px';
const SIGNS = ['scroll', 'keydown', 'pointerdown', 'pointermove', 'beforeprint'];

const filled = new Map<HTMLElement, Promise<void>>();

function fill(place: HTMLElement): Promise<void> {
  const filling = filled.get(place) ?? fetchInto(place).catch(() => void filled.delete(place)); // the link there stays
  filled.set(place, filling);
  return filling;
}

async function fetchInto(place: HTMLElement): Promise<void> {
  const address = place.dataset['piece']!;
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  const name = address.split('/').at(-2)!;
  const page = new DOMParser().parseFromString(withOwnIds(await response.text(), name), 'text/html');
  await Promise.all([...page.querySelectorAll('link[rel="stylesheet"], style')].map(adopt));
  place.replaceChildren(document.importNode(page.querySelector('template')!.content, true));
  // A script that comes this way does not run by itself.
  for (const { src } of place.querySelectorAll<HTMLScriptElement>('script[src]')) await import(/* @vite-ignore */ src);
}

/** Pieces are rendered apart, and each numbers its elements from the first: here they meet, so they get its name, too. */
function withOwnIds(html: string, name: string): string {
  return html.replaceAll(/\bs\d+-s\d+\b/g, (id) => `${name}-${id}`);
}

const styles = new Set([...document.querySelectorAll('style')].map(({ textContent }) => textContent));

/** Makes a style of a piece's page one of this page, and waits until it holds. */
async function adopt(style: Element): Promise<void> {
  const address = style.getAttribute('href');
  if (address === null) {
    if (styles.has(style.textContent)) return;
    styles.add(style.textContent);
    document.head.append(document.importNode(style, true));
    return;
  }
  if (document.querySelector(`link[rel="stylesheet"][href="${CSS.escape(address)}"]`)) return;
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = address;
  const loaded = new Promise((resolve, reject) => {
    link.addEventListener('load', resolve);
    link.addEventListener('error', reject);
  });
  document.head.append(link);
  await loaded;
}

const places = [...document.querySelectorAll<HTMLElement>('.piece-place')];

const near = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) if (isIntersecting) void fill(target as HTMLElement);
  },
  { rootMargin: NEAR },
);
for (const place of places) near.observe(place);

async function fillAll(): Promise<void> {
  for (const sign of SIGNS) removeEventListener(sign, fillAll);
  for (const place of places) await fill(place);
}
for (const sign of SIGNS) addEventListener(sign, fillAll, { passive: true });

/** A link into a piece arrives once the piece is there. */
async function follow(): Promise<void> {
  const id = location.hash.slice(1);
  const place = places.find(({ dataset }) => id !== '' && dataset['anchors']!.split(' ').includes(id));
  if (!place) return;
  place.scrollIntoView();
  await fill(place);
  document.getElementById(id)?.scrollIntoView();
}
addEventListener('hashchange', follow);
void follow();
