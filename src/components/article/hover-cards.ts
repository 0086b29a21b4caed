/**
 * Shows what is behind a citation or a term in a card: on hover, on keyboard focus and on a tap. Escape closes it, and
 * so does leaving it. The card stands right behind its link, so that Tab goes on into its own links.
 */

const OPEN_AFTER = 120;
const CLOSE_AFTER = 220;
const GAP = 8;

const card = document.createElement('span');
card.className = 'hover-card';
card.id = 'hover-card';
card.popover = 'manual';

let shownFor: HTMLAnchorElement | undefined;
/** Takes the focus back from its closed card and is not to open it again. */
let dismissed: HTMLAnchorElement | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

/** The reference of a citation, or the definition of a term. */
function contentFor({ dataset }: HTMLAnchorElement): Node[] {
  const { reference, name = '', definition = '' } = dataset;
  if (reference !== undefined) {
    const entry = document.querySelector(`#reference-${CSS.escape(reference)} .reference-text`);
    return [...(entry?.childNodes ?? [])].map((node) => node.cloneNode(true));
  }
  const title = document.createElement('strong');
  title.textContent = name;
  return [title, new Text(definition)];
}

function show(link: HTMLAnchorElement): void {
  clearTimeout(timer);
  if (shownFor === link) return;
  hide();
  card.replaceChildren(...contentFor(link));
  link.after(card);
  link.setAttribute('aria-describedby', card.id);
  card.showPopover();
  shownFor = link;
  place(link);
}

/** Under the link, or above it where there is no room; always within the window. */
function place(link: HTMLAnchorElement): void {
  const at = link.getClientRects()[0] ?? link.getBoundingClientRect();
  const { width, height } = card.getBoundingClientRect();
  const left = Math.max(GAP * 2, Math.min(at.left, innerWidth - width - GAP * 2));
  const below = at.bottom + GAP;
  const top = below + height > innerHeight - GAP ? Math.max(GAP, at.top - height - GAP) : below;
  card.style.left = `${left}px`;
  card.style.top = `${top}px`;
}

function hide(): void {
  clearTimeout(timer);
  if (!shownFor) return;
  shownFor.removeAttribute('aria-describedby');
  shownFor = undefined;
  if (card.isConnected) card.hidePopover();
  card.remove();
}

function later(action: () => void, delay: number): void {
  clearTimeout(timer);
  timer = setTimeout(action, delay);
}

/** Whether the reader's keyboard is in the link or its card. */
function hasFocus(): boolean {
  return document.activeElement === shownFor || card.contains(document.activeElement);
}

for (const link of document.querySelectorAll<HTMLAnchorElement>('a.citation, a.term')) {
  link.addEventListener('pointerenter', ({ pointerType }) => {
    if (pointerType === 'mouse') later(() => show(link), OPEN_AFTER);
  });
  link.addEventListener('pointerleave', ({ pointerType }) => {
    if (pointerType === 'mouse') later(hide, CLOSE_AFTER);
  });
  link.addEventListener('focus', () => {
    if (link !== dismissed && link.matches(':focus-visible')) show(link);
  });
  link.addEventListener('focusout', (event) => {
    if (event.relatedTarget !== null && !card.contains(event.relatedTarget as Node)) hide();
  });
  // The first tap shows the card; a second one follows the link.
  link.addEventListener('click', (event) => {
    const touch = (event as PointerEvent).pointerType === 'touch';
    if (touch && shownFor !== link) {
      event.preventDefault();
      show(link);
    } else {
      hide();
    }
  });
}

card.addEventListener('pointerenter', () => clearTimeout(timer));
card.addEventListener('pointerleave', ({ pointerType }) => {
  if (pointerType === 'mouse' && !hasFocus()) later(hide, CLOSE_AFTER);
});
card.addEventListener('focusout', (event) => {
  if (event.relatedTarget !== shownFor && !card.contains(event.relatedTarget as Node | null)) hide();
});
document.addEventListener('keydown', ({ key }) => {
  if (key !== 'Escape' || !shownFor) return;
  const link = shownFor;
  const returnFocus = card.contains(document.activeElement);
  hide();
  if (!returnFocus) return;
  dismissed = link;
  link.focus();
  dismissed = undefined;
});
document.addEventListener('pointerdown', ({ target }) => {
  if (shownFor && target instanceof Node && !card.contains(target) && target !== shownFor) hide();
});
addEventListener('scroll', () => shownFor && !hasFocus() && hide(), { passive: true });
addEventListener('resize', hide);
