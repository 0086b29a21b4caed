/**
 * The colours of figures. On a page they are custom properties, so that one drawing serves light and dark; a drawing
 * that leaves the page carries the light values. Each reaches 4.5:1 on its ground, and the hues stay apart for
 * readers with red-green colour blindness; a test holds the contrast.
 */

export const PALETTE = {
  ink: { light: '#1f1d1a', dark: '#ece8e1' },
  muted: { light: '#66615a', dark: '#a8a299' },
  rule: { light: '#d9d3c8', dark: '#3c3a37' },
  paper: { light: '#fffefb', dark: '#171614' },
  /** The first curve: blue. */
  first: { light: '#1d5fa8', dark: '#76b3f0' },
  /** The second curve: vermilion. */
  second: { light: '#b34512', dark: '#f0955f' },
  /** The third: a lighter green, for those who do not see it as one. */
  third: { light: '#007f6d', dark: '#35b394' },
  /** The fourth: plum in the light, pink in the dark, apart from the others by lightness too. */
  fourth: { light: '#6b1b4d', dark: '#f3c3e4' },
} as const;

export type Colour = keyof typeof PALETTE;

/** The colour as a custom property of the page. */
export function colour(name: Colour): string {
  return `var(--figure-${name})`;
}

/** The declarations of the custom properties, for a style sheet that knows `light-dark()`. */
export function paletteDeclarations(): string {
  return Object.entries(PALETTE)
    .map(([name, { light, dark }]) => `--figure-${name}: light-dark(${light}, ${dark});`)
    .join(' ');
}

export type Theme = 'light' | 'dark';

/** Replaces the custom properties of a drawing by their values in a theme. */
export function inlineColours(svg: string, theme: Theme = 'light'): string {
  return svg.replace(/var\(--figure-([a-z]+)\)/g, (_, name: string) => {
    if (!Object.hasOwn(PALETTE, name))
      throw new Error(`--figure-${name} is no colour of src/components/figures/palette.ts`);
    return PALETTE[name as Colour][theme];
  });
}
