/** The versions of figures that were published, read from `public/figures` while the site is built. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FigureRecord, readRecord } from './record.ts';

export const KEPT_FOLDER = join('public', 'figures');

/**
 * The kept versions of a figure, the newest first.
 * @throws {Error} naming a file that is not what was published.
 */
export function keptRecords(figure: string, folder: string = KEPT_FOLDER): FigureRecord[] {
  const own = join(folder, figure);
  if (!existsSync(own)) return [];
  return readdirSync(own)
    .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
    .map((name) => {
      const file = join(own, name);
      const record = readRecord(readFileSync(file, 'utf8'), file);
      if (record.figure === figure && name === `${record.version}.json`) return record;
      throw new Error(`${file}: it holds version ${record.version} of ${record.figure}. Name it after that version`);
    })
    .sort((a, b) => (String(a.published) < String(b.published) ? 1 : -1));
}
