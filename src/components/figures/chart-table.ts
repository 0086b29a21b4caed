/** The numbers of figures whose panels have different axes, as one long table. */
import type { CurveChart } from './curves.ts';
import type { DotChart } from './dot-rows.ts';
import type { Cell, Table } from './figure.ts';
import { estimateCells, estimateColumns } from './written.ts';

/** One row a point of a curve or a dot: panel, what it is of, where on its axis, and the estimate. */
export function chartTable(charts: readonly (CurveChart | DotChart)[]): Table {
  return {
    columns: [
      { id: 'panel', label: 'Panel' },
      { id: 'of', label: 'Of' },
      { id: 'axis', label: 'Axis' },
      { id: 'at', label: 'At' },
      ...estimateColumns('value', 'Value'),
    ],
    rows: charts.flatMap((chart): Cell[][] =>
      'curves' in chart
        ? chart.curves.flatMap(({ name, points }) =>
            points.map((point) => [chart.title, name, chart.axis, point.x, ...estimateCells(point)]),
          )
        : chart.rows.flatMap(({ label, dots }) =>
            dots.map((dot) => [chart.title, `${label}: ${dot.name}`, null, null, ...estimateCells(dot)]),
          ),
    ),
  };
}
