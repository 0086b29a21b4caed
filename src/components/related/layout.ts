/**
 * Where the works lie: along one side their time, across it wherever there is room, found by a short loop of forces that
 * starts from the same places each time, so that the same data gives the same drawing.
 */
import type { Relation, Work } from './works.ts';

export interface Node {
  x: number;
  y: number;
  radius: number;
}

export interface Tick {
  year: number;
  /** Where the year begins, along the side of time. */
  at: number;
}

export interface Layout {
  name: 'wide' | 'narrow';
  width: number;
  height: number;
  /** The paper, then the works in their order. */
  nodes: Node[];
  ticks: Tick[];
}

interface Shape {
  name: Layout['name'];
  width: number;
  height: number;
  paper: number;
  radius: Record<Relation, number>;
}

/** Time runs to the right where there is room, and down on a phone, where nodes are as large as a finger needs. */
const SHAPES: readonly Shape[] = [
  { name: 'wide', width: 1000, height: 460, paper: 20, radius: { cites: 10.5, cited_by: 10.5, related: 8.5 } },
  { name: 'narrow', width: 358, height: 720, paper: 18, radius: { cites: 11, cited_by: 11, related: 9.5 } },
];

/** Space between two nodes, and from a node to the edge. */
const GAP = 4;
const MARGIN = 14;
/** Space for the years. */
const TICK_SPACE = 26;
const STEPS = 500;
/** How strongly a node is drawn to its time and to the middle in each step. */
const TO_TIME = 0.1;
const TO_LANE = 0.06;
/**
 * Where across a work is drawn to, from the middle outwards in parts of half the side: those with a line to the paper
 * fan out around it, those without lie out of the way of the lines.
 */
const FAN = { from: 0, to: 0.5 };
const OUTSKIRTS = { from: 0.64, to: 0.98 };
/** Golden steps fill a stretch evenly however many there are. */
const GOLDEN = 0.618034;
/** A year is as wide as this many works even if it has none. */
const LEAST_WORKS = 4;

export function layOut(works: readonly Work[], paperTime: number): Layout[] {
  return SHAPES.map((shape) => layoutOf(works, paperTime, shape));
}

function layoutOf(works: readonly Work[], paperTime: number, shape: Shape): Layout {
  const { name, width, height } = shape;
  const isWide = name === 'wide';
  const [length, breadth] = isWide ? [width, height] : [height, width];
  const time = timeScale([...works.flatMap((work) => work.time ?? []), paperTime], length - 2 * MARGIN);
  const middle = isWide ? (breadth - TICK_SPACE) / 2 : (breadth + TICK_SPACE) / 2;
  const half = (breadth - TICK_SPACE) / 2;

  const counts = { linked: 0, related: 0 };
  const goals = works.map(({ relation, time: appeared }) => {
    const nth = relation === 'related' ? counts.related++ : counts.linked++;
    const lane = relation === 'related' ? OUTSKIRTS : FAN;
    const outwards = lane.from + (lane.to - lane.from) * ((nth * GOLDEN) % 1);
    return {
      along: MARGIN + time.at(appeared ?? paperTime + 0.5),
      across: middle + (nth % 2 === 0 ? 1 : -1) * outwards * half,
      radius: shape.radius[relation],
    };
  });
  const bodies: Node[] = [
    { x: MARGIN + time.at(paperTime), y: middle, radius: shape.paper },
    ...goals.map(({ along, across, radius }) => ({ x: along, y: across, radius })),
  ];
  const low = middle - half + GAP;
  const high = middle + half - GAP;
  for (let step = 0; step < STEPS; step++) {
    const heat = 1 - step / STEPS;
    for (const [i, { along, across }] of goals.entries()) {
      const body = bodies[i + 1]!;
      body.x += (along - body.x) * TO_TIME * heat;
      body.y += (across - body.y) * TO_LANE * heat;
    }
    pushApart(bodies, 0);
    for (const body of bodies) {
      body.x = Math.min(length - MARGIN, Math.max(MARGIN, body.x));
      body.y = Math.min(high - body.radius, Math.max(low + body.radius, body.y));
    }
  }
  return {
    name,
    width,
    height,
    nodes: bodies.map(({ x, y, radius }) => ({ x: rounded(isWide ? x : y), y: rounded(isWide ? y : x), radius })),
    ticks: time.years.map((year) => ({ year, at: rounded(MARGIN + time.at(year)) })),
  };
}

/** One step that parts nodes that overlap, each by half; the node at `held` stays where it is. */
export function pushApart(nodes: Node[], held: number): void {
  for (let i = 0; i < nodes.length; i++) {
    const a = nodes[i]!;
    for (let j = i + 1; j < nodes.length; j++) {
      const b = nodes[j]!;
      const apart = a.radius + b.radius + GAP;
      // Two in the same place part along a direction of their own.
      const dx = b.x - a.x || 0.01 * (i + 1);
      const dy = b.y - a.y || 0.01 * (j - i);
      const distance = Math.sqrt(dx * dx + dy * dy);
      if (distance >= apart) continue;
      const push = (apart - distance) / distance / (i === held || j === held ? 1 : 2);
      if (i !== held) {
        a.x -= dx * push;
        a.y -= dy * push;
      }
      if (j !== held) {
        b.x += dx * push;
        b.y += dy * push;
      }
    }
  }
}

/** Years are as wide as what they hold, so that the busy ones have room; the last ends with the last work. */
function timeScale(times: readonly number[], length: number): { years: number[]; at(time: number): number } {
  const first = Math.floor(Math.min(...times));
  const end = Math.max(...times);
  const last = Math.floor(end);
  const years = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const widths = years.map((year) => LEAST_WORKS + times.filter((time) => Math.floor(time) === year).length);
  // What the last year holds falls into the part of it that has passed.
  widths[widths.length - 1]! /= Math.max(0.25, end - last);
  const starts = [0];
  for (const width of widths) starts.push(starts.at(-1)! + width);
  const scale = length / (starts.at(-2)! + widths.at(-1)! * (end - last));
  return {
    years,
    at: (time) => {
      const year = Math.min(last, Math.max(first, Math.floor(time)));
      return scale * (starts[year - first]! + widths[year - first]! * (time - year));
    },
  };
}

function rounded(length: number): number {
  return Math.round(length * 10) / 10;
}
