/** Asks the browser to keep a copy of this build, once the page is there and there is nothing else to do. */

interface Connection {
  saveData?: boolean;
}

const { serviceWorker, connection } = navigator as Navigator & { connection?: Connection };

/** Not from `astro dev`, which has no build to keep, and not for a reader who asks to save data. */
if (import.meta.env.PROD && serviceWorker && !connection?.saveData) {
  const register = () => {
    // A browser that keeps nothing, as in private windows, reads the site all the same.
    serviceWorker.register(`${import.meta.env.BASE_URL.replace(/\/$/, '')}/service-worker.js`).catch(() => {});
  };
  const whenIdle = () => ('requestIdleCallback' in window ? requestIdleCallback(register) : setTimeout(register, 1000));
  if (document.readyState === 'complete') whenIdle();
  else addEventListener('load', whenIdle, { once: true });
}
