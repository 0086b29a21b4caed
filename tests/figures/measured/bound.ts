import { BOUND_CONDITIONS, boundOutputs } from '../../../pipeline/analyses/bound.ts';
import type { InventedMeasures } from './index.ts';

/** Sensitivity falls with distance and is greater without the sink; bounds hold, get looser by block, and keep the order. */
export const bound: InventedMeasures = ({ model: { layers, contextLength } }, noise) => {
  const { length, outputs } = boundOutputs(contextLength);
  const blocks = Array.from({ length: layers }, (_, layer) => layer + 1);
  const distances = Array.from({ length: length - 1 }, (_, distance) => distance + 1);
  const wobble = () => 1 + 0.1 * noise();
  const measured: ReturnType<InventedMeasures> = { prompts: 16, length, outputs };
  for (const condition of BOUND_CONDITIONS) {
    const factor = condition === 'with' ? 1 : 1.8;
    const looser = {
      exact: () => 1,
      theorem: () => 0.8,
      uniform: (block: number) => 4 ** block,
      local: (block: number) => 2 ** block,
    };
    for (const [kind, above] of Object.entries(looser)) {
      measured[`${kind}-by-distance/${condition}`] = blocks.map((block) =>
        distances.map((distance) => (factor * wobble() * above(block)) / distance),
      );
    }
    const list = (value: (block: number) => number) => blocks.map((block) => value(block) * wobble());
    measured[`exact/${condition}`] = list(() => 0.3 * factor);
    measured[`directions/${condition}`] = list(() => 3);
    measured[`rank-by-layer/theorem/${condition}`] = list((block) => 0.85 - 0.05 * block);
    measured[`constant-attention/${condition}`] = 0.2 * wobble();
    measured[`exact-over-constant-attention/${condition}`] = 0.1 * wobble();
    measured[`above-local-constant-attention/${condition}`] = 0;
    measured[`rank/distance/${condition}`] = 0.6 * wobble();
    if (condition !== 'masked') measured[`exact-of-first/${condition}`] = list(() => 0.1);
    for (const kind of ['theorem', 'uniform', 'local']) {
      measured[`rank/${kind}/${condition}`] = 0.6 * wobble();
      measured[`rank-within-distance/${kind}/${condition}`] = 0.4 * wobble();
    }
    for (const kind of ['uniform', 'local']) {
      measured[`looseness-by-layer/${kind}/${condition}`] = list((block) => block * (kind === 'local' ? 0.3 : 0.6));
      measured[`looseness/${kind}/${condition}`] = layers * (kind === 'local' ? 0.3 : 0.6) * wobble();
      measured[`looseness-constant-attention/${kind}/${condition}`] = layers * wobble();
      measured[`above/${kind}/${condition}`] = 0;
      measured[`above-by-layer/${kind}/${condition}`] = blocks.map(() => 0);
    }
  }
  for (const without of ['masked', 'replaced']) {
    for (const kind of ['exact', 'theorem', 'uniform', 'local']) measured[`sink/${kind}/${without}`] = -0.25 * wobble();
    measured[`sink-by-layer/exact/${without}`] = blocks.map(() => -0.2);
    measured[`sink-by-layer/theorem/${without}`] = blocks.map(() => -0.3);
    measured[`sink-by-distance/exact/${without}`] = distances.slice(1).map(() => -0.2);
  }
  return measured;
};
