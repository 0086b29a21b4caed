/**
 * Shows the reference behind a citation in a card: on hover, on keyboard focus and on a tap. Escape closes it, and
 * so does leaving it. The card stands right behind its citation, so that Tab goes on into its links.
 */

const OPEN_AFTER = 120;
const CLOSE_AFTER = 220;
const GAP = 8;

const card = document.createElement('span');
card.className = 'citation-card';
card.id = 'citation-card';
card.popover = 'manual';

let shownFor: HTMLAnchorElement | undefined;
/** Takes the focus back from its closed card and is not to open it again. */
let dismissed: HTMLAnchorElement | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

function show(citation: HTMLAnchorElement): void {
  clearTimeout(timer);
  if (shownFor === citation) return;
  hide();
  const reference = document.querySelector(`#reference-${CSS.escape(citation.dataset['reference']!)} .reference-text`);
  if (!reference) return;
  card.replaceChildren(...[...reference.childNodes].map((node) => node.cloneNode(true)));
  citation.after(card);
  citation.setAttribute('aria-describedby', card.id);
  card.showPopover();
  shownFor = citation;
  place(citation);
}

/** Under the citation, or above it where there is no room; always within the window. */
function place(citation: HTMLAnchorElement): void {
  const at = citation.getClientRects()[0] ?? citation.getBoundingClientRect();
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

/** Whether the reader's keyboard is in the citation or its card. */
function hasFocus(): boolean {
  return document.activeElement === shownFor || card.contains(document.activeElement);
}

for (const citation of document.querySelectorAll<HTMLAnchorElement>('a.citation')) {
  citation.addEventListener('pointerenter', ({ pointerType }) => {
    if (pointerType === 'mouse') later(() => show(citation), OPEN_AFTER);
  });
  citation.addEventListener('pointerleave', ({ pointerType }) => {
    if (pointerType === 'mouse') later(hide, CLOSE_AFTER);
  });
  citation.addEventListener('focus', () => {
    if (citation !== dismissed && citation.matches(':focus-visible')) show(citation);
  });
  citation.addEventListener('focusout', (event) => {
    if (event.relatedTarget !== null && !card.contains(event.relatedTarget as Node)) hide();
  });
  // The first tap shows the card; a second one follows the link.
  citation.addEventListener('click', (event) => {
    const touch = (event as PointerEvent).pointerType === 'touch';
    if (touch && shownFor !== citation) {
      event.preventDefault();
      show(citation);
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
  const citation = shownFor;
  const returnFocus = card.contains(document.activeElement);
  hide();
  if (!returnFocus) return;
  dismissed = citation;
  citation.focus();
  dismissed = undefined;
});
document.addEventListener('pointerdown', ({ target }) => {
  if (shownFor && target instanceof Node && !card.contains(target) && target !== shownFor) hide();
});
addEventListener('scroll', () => shownFor && !hasFocus() && hide(), { passive: true });
addEventListener('resize', hide);
