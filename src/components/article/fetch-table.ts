/** Fetches a figure's numbers and sets them as the table that `FigureTable.astro` draws while the site is built. */
import type { Table } from '../figures/figure.ts';
import { readableTable } from '../figures/readable-table.ts';

/**
 * Puts the table into `place`, which names the file of its numbers.
 * @throws {Error} when there is no such file; the link that stands in the place stays.
 */
export async function fetchTable(place: HTMLElement): Promise<void> {
  const response = await fetch(place.dataset['numbers']!);
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  const { table, title } = (await response.json()) as { table: Table; title: string };
  const { columns, rows } = readableTable(table);

  const frame = element('div', { class: 'table-scroll', tabindex: '0', role: 'region' });
  frame.ariaLabel = `Numbers of the figure: ${title}`;
  const drawn = document.createElement('table');
  drawn.createTHead().append(element('tr', {}, ...columns.map((column) => element('th', { scope: 'col' }, column))));
  drawn
    .createTBody()
    .append(
      ...rows.map(([first, ...cells]) =>
        element('tr', {}, element('th', { scope: 'row' }, first!), ...cells.map((cell) => element('td', {}, cell))),
      ),
    );
  frame.append(drawn);
  place.replaceChildren(frame);
}

function element(name: string, attributes: Record<string, string>, ...content: (Node | string)[]): HTMLElement {
  const created = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, value);
  created.append(...content);
  return created;
}
