/** Tells when nobody can see an element any more, and when somebody can again. */

/** Milliseconds that an element may be out of sight before it counts as gone: a reader scrolls past and back. */
export const OFFSCREEN_AFTER = 20_000;

/**
 * Calls `onGone` when the tab is hidden or `element` has been off screen for a while, `onBack` when both are over.
 * @returns what ends the watch.
 */
export function watchVisibility(
  element: Element,
  onGone: (reason: 'hidden' | 'offscreen') => void,
  onBack: () => void,
): () => void {
  let onScreen = true;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const tabChanged = () => {
    if (document.hidden) onGone('hidden');
    else if (onScreen) onBack();
  };
  const observer = new IntersectionObserver((entries) => {
    onScreen = entries.at(-1)?.isIntersecting ?? true;
    clearTimeout(timer);
    if (!onScreen) timer = setTimeout(() => onGone('offscreen'), OFFSCREEN_AFTER);
    else if (!document.hidden) onBack();
  });

  document.addEventListener('visibilitychange', tabChanged);
  observer.observe(element);
  return () => {
    document.removeEventListener('visibilitychange', tabChanged);
    observer.disconnect();
    clearTimeout(timer);
  };
}
