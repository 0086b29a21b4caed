/** Where the picture stands that shows a page where it is shared. */

export const SHARE_FOLDER = 'share/';

/** The picture of a page, by the page's path: `figures/emergence/` has `share/figures/emergence.png`. */
export function sharePicture(path: string): string {
  return `${SHARE_FOLDER}${path.replace(/\/$/, '') || 'index'}.png`;
}
