/** How much of the graph is in view: scaling about a point, moving, and the node that an arrow key leads to. */

/** A point p of the graph is drawn at scale p + (x, y). */
export interface View {
  scale: number;
  x: number;
  y: number;
}

export const WHOLE: View = { scale: 1, x: 0, y: 0 };
export const LARGEST = 6;

interface Size {
  width: number;
  height: number;
}
interface Point {
  x: number;
  y: number;
}

/** Scales by a factor about a drawn point, which stays where it is; never smaller than the whole. */
export function zoomed(view: View, factor: number, about: Point, size: Size): View {
  const scale = Math.min(LARGEST, Math.max(1, view.scale * factor));
  const ratio = scale / view.scale;
  return kept({ scale, x: about.x - (about.x - view.x) * ratio, y: about.y - (about.y - view.y) * ratio }, size);
}

export function moved(view: View, by: Point, size: Size): View {
  return kept({ ...view, x: view.x + by.x, y: view.y + by.y }, size);
}

/** Two fingers: what lay between them stays between them, and grows as they part. */
export function pinched(view: View, before: readonly [Point, Point], after: readonly [Point, Point], size: Size): View {
  const centre = ([a, b]: readonly [Point, Point]) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const apart = ([a, b]: readonly [Point, Point]) => Math.hypot(a.x - b.x, a.y - b.y);
  const [from, to] = [centre(before), centre(after)];
  const factor = apart(before) === 0 ? 1 : apart(after) / apart(before);
  return moved(zoomed(view, factor, from, size), { x: to.x - from.x, y: to.y - from.y }, size);
}

/** Moves a view so that a point of the graph is well inside. */
export function withInView(view: View, point: Point, size: Size): View {
  const margin = 0.15;
  const drawn = { x: view.scale * point.x + view.x, y: view.scale * point.y + view.y };
  const into = (at: number, length: number) => Math.min(length * (1 - margin), Math.max(length * margin, at)) - at;
  return moved(view, { x: into(drawn.x, size.width), y: into(drawn.y, size.height) }, size);
}

/** No view shows what is beyond the drawing. */
function kept({ scale, x, y }: View, { width, height }: Size): View {
  const inside = (at: number, length: number) => Math.min(0, Math.max(length * (1 - scale), at));
  return { scale, x: inside(x, width), y: inside(y, height) };
}

export type Direction = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';
const DIRECTIONS: Record<Direction, Point> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

export function isDirection(key: string): key is Direction {
  return key in DIRECTIONS;
}

/** The nearest node that way; going aside counts double. Itself where there is none. */
export function neighbour(nodes: readonly Point[], from: number, direction: Direction): number {
  const { x, y } = DIRECTIONS[direction];
  const start = nodes[from]!;
  let best = from;
  let least = Number.POSITIVE_INFINITY;
  for (const [i, node] of nodes.entries()) {
    const ahead = (node.x - start.x) * x + (node.y - start.y) * y;
    const aside = Math.abs((node.x - start.x) * y - (node.y - start.y) * x);
    if (ahead <= 0.5 || aside > 2 * ahead) continue;
    const cost = ahead + 2 * aside;
    if (cost < least) {
      least = cost;
      best = i;
    }
  }
  return best;
}
