/** Marks the section that is being read in the contents beside the text. */

const links = [...document.querySelectorAll<HTMLAnchorElement>('.contents-side a')];
const headings = links.map(({ hash }) => document.getElementById(decodeURIComponent(hash.slice(1))));

/** The last heading above this share of the window's height is the one being read. */
const READING_LINE = 0.3;

function mark(): void {
  const line = innerHeight * READING_LINE;
  const passed = headings.filter((heading) => heading && heading.getBoundingClientRect().top <= line).length;
  links.forEach((link, index) => {
    if (index === passed - 1) link.setAttribute('aria-current', 'location');
    else link.removeAttribute('aria-current');
  });
}

let waiting = false;
addEventListener(
  'scroll',
  () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mark();
    });
  },
  { passive: true },
);
mark();
