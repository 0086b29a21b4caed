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

/** The same for readers who ask for more contrast: 7:1 and more on grounds of plain white and black. */
export const HIGH_CONTRAST: Record<Colour, Record<Theme, string>> = {
  ink: { light: '#000000', dark: '#ffffff' },
  muted: { light: '#3d3933', dark: '#d9d4cc' },
  rule: { light: '#8a8478', dark: '#8f8a82' },
  paper: { light: '#ffffff', dark: '#000000' },
  first: { light: '#0f4c8c', dark: '#8cc4ff' },
  second: { light: '#8f3006', dark: '#ffb185' },
  third: { light: '#00604f', dark: '#2fb591' },
  fourth: { light: '#5c0a40', dark: '#ffd6f2' },
};

/** The colour as a custom property of the page. */
export function colour(name: Colour): string {
  return `var(--figure-${name})`;
}

/** The custom properties as rules of a style sheet, which is to know `light-dark()`. */
export function paletteRules(): string {
  return `:root { ${declarations(PALETTE)} } @media (prefers-contrast: more) { :root { ${declarations(HIGH_CONTRAST)} } }`;
}

function declarations(palette: Record<Colour, Record<Theme, string>>): string {
  return Object.entries(palette)
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
