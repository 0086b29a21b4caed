/** What outlives a reload: the settings, the reader's text and the runs, in the browser's own store. Nothing is sent. */

const DATABASE = 'first-token-laboratory';
const STORE = 'kept';

/** The settings as their address, and the text. */
export interface Draft {
  query: string;
  text: string;
}

export interface Store {
  draft(): Promise<Draft | null>;
  keepDraft(draft: Draft): Promise<void>;
  /** The file of the run in a place, or null. */
  run(place: number): Promise<Uint8Array | null>;
  /** Keeps the file of a run in a place; null empties it. */
  keepRun(place: number, bytes: Uint8Array | null): Promise<void>;
}

/** @throws when the browser keeps nothing for this page, as some do in private windows. */
export async function openStore(): Promise<Store> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await answerOf(opening);
  // A newer page of the site, in another tab, may want another form.
  database.onversionchange = () => database.close();
  const read = (key: string): Promise<unknown> => answerOf(database.transaction(STORE).objectStore(STORE).get(key));
  const write = async (key: string, value: unknown) => {
    const store = database.transaction(STORE, 'readwrite').objectStore(STORE);
    await (value === null ? answerOf(store.delete(key)) : answerOf(store.put(value, key)));
  };
  return {
    async draft() {
      const found = await read('draft');
      return isDraft(found) ? { query: found.query, text: found.text } : null;
    },
    keepDraft: (draft) => write('draft', draft),
    async run(place) {
      const found = await read(`run/${place}`);
      return found instanceof Uint8Array ? found : null;
    },
    keepRun: (place, bytes) => write(`run/${place}`, bytes),
  };
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function isDraft(value: unknown): value is Draft {
  if (typeof value !== 'object' || value === null) return false;
  const { query, text } = value as Partial<Draft>;
  return typeof query === 'string' && typeof text === 'string';
}
