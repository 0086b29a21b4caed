import { describe, expect, it } from 'vitest';
import { relatedWorks } from './catalogue.ts';
import { layOut, type Node, pushApart } from './layout.ts';

const PAPER_TIME = 2025 + 3.5 / 12;
const works = relatedWorks();
const layouts = layOut(works, PAPER_TIME);

const overlap = (nodes: readonly Node[]) => {
  let worst = 0;
  for (const [i, a] of nodes.entries()) {
    for (const b of nodes.slice(i + 1)) worst = Math.max(worst, a.radius + b.radius - Math.hypot(a.x - b.x, a.y - b.y));
  }
  return worst;
};

describe.each(layouts)('$name', (layout) => {
  const along = layout.name === 'wide' ? 'x' : 'y';

  it('is the same every time', () => {
    expect(layOut(works, PAPER_TIME)).toEqual(layouts);
  });

  it('has a place for the paper and every work, all inside, none on another', () => {
    expect(layout.nodes).toHaveLength(works.length + 1);
    for (const { x, y, radius } of layout.nodes) {
      expect(x).toBeGreaterThanOrEqual(radius - 8);
      expect(x).toBeLessThanOrEqual(layout.width - radius + 8);
      expect(y).toBeGreaterThanOrEqual(radius);
      expect(y).toBeLessThanOrEqual(layout.height - radius + 8);
    }
    expect(overlap(layout.nodes)).toBeLessThan(0.5);
  });

  it('lies in the order of time, give or take a push', () => {
    const timed = works
      .map(({ time }, i) => ({ time, at: layout.nodes[i + 1]![along] }))
      .filter(({ time }) => time !== null);
    let agree = 0;
    let pairs = 0;
    for (const [i, a] of timed.entries()) {
      for (const b of timed.slice(i + 1)) {
        if (Math.abs(a.time! - b.time!) < 0.25) continue;
        pairs++;
        if (Math.sign(a.time! - b.time!) === Math.sign(a.at - b.at)) agree++;
      }
    }
    expect(agree / pairs).toBeGreaterThan(0.99);
  });

  it('has its years in order', () => {
    const starts = layout.ticks.map(({ at }) => at);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  });
});

it('a held node stays, the others give way', () => {
  const nodes: Node[] = [
    { x: 0, y: 0, radius: 10 },
    { x: 5, y: 0, radius: 10 },
    { x: 0, y: 0, radius: 10 },
  ];
  for (let i = 0; i < 60; i++) pushApart(nodes, 0);
  expect(nodes[0]).toEqual({ x: 0, y: 0, radius: 10 });
  expect(overlap(nodes)).toBeLessThan(0.5);
});
