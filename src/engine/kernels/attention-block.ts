/** A block's attention: the stream plus W_output^T of what the heads give from the normalised stream. */
import { WEIGHTS } from './attention-weights.ts';
import { PANEL } from './dimensions.ts';
import type { LayerOffsets } from './parameter-layout.ts';
import type { LayerActivations } from './plan.ts';
import { ROW, type Workspace } from './workspace.ts';

/** Writes the stream after attention to `output`. */
export function attentionForward(
  space: Workspace,
  layer: LayerActivations,
  offsets: LayerOffsets,
  output: number,
): void {
  const { plan, config } = space;
  const { run } = space.kernels;
  const { attentionRows, attentionParts, heads, headRows } = plan.dimensions;
  const { panels, sequences, sequencePanels, masksDocuments } = space.extent;
  const { window, first, reach, firstPanels } = space.span;
  space.norm(layer.input, offsets.attentionNorm, layer.attentionNormed, layer.attentionStatistics);
  space.product(offsets.queryKeyValue, attentionParts * attentionRows, layer.attentionNormed, layer.queryKeyValue);
  if (config.positions === 'rope') rotateQueriesAndKeys(space, layer.queryKeyValue, 1);
  scoreSinks(space, layer, offsets);
  run.attentionForward(
    ...([layer.queryKeyValue, layer.heads, layer.weights, layer.aside] as const),
    ...([masksDocuments ? plan.documents : 0, plan.scratch] as const),
    ...([WEIGHTS[config.attention], window, first, reach, firstPanels] as const),
    ...([sequences, sequencePanels, heads, headRows, attentionParts, scaleOf(space)] as const),
  );
  if (config.attention === 'gated') {
    const gate = layer.queryKeyValue + 3 * attentionRows * ROW;
    run.gateForward(gate, attentionParts * attentionRows * ROW, layer.heads, attentionRows, panels);
  }
  space.transposedProduct(offsets.output, attentionRows, layer.heads, output, layer.input);
}

/**
 * Takes `plan.dStream` from after attention to before it, and writes the gradients of its parameters.
 * @param constantWeights whether the weights are held constant: nothing then comes back through queries and keys
 */
export function attentionBackward(
  space: Workspace,
  layer: LayerActivations,
  offsets: LayerOffsets,
  gradient: number,
  constantWeights: boolean,
): void {
  const { plan, config } = space;
  const { run } = space.kernels;
  const { attentionRows, attentionParts, heads, headRows } = plan.dimensions;
  const { panels, sequences, sequencePanels } = space.extent;
  const { reach, firstPanels } = space.span;
  const { queryKeyValue } = layer;
  const rows = attentionParts * attentionRows;
  space.transposeTokens(plan.dStream);
  space.weightGradient(layer.heads, attentionRows, gradient + 4 * offsets.output);
  space.product(offsets.output, attentionRows, plan.dStream, plan.dInner);
  if (config.attention === 'gated') {
    const gate = 3 * attentionRows * ROW;
    run.gateBackward(
      ...([queryKeyValue + gate, plan.dQueryKeyValue + gate, rows * ROW] as const),
      ...([layer.heads, plan.dInner, attentionRows, panels] as const),
    );
  }
  run.attentionBackward(
    ...([queryKeyValue, plan.dInner, layer.weights, layer.aside, plan.dQueryKeyValue, plan.scratch] as const),
    ...([WEIGHTS[config.attention], reach, firstPanels] as const),
    ...([sequences, sequencePanels, heads, headRows, attentionParts, scaleOf(space)] as const),
  );
  sinksBackward(space, layer, offsets, gradient);
  if (constantWeights) clearQueriesAndKeys(space);
  if (config.positions === 'rope') rotateQueriesAndKeys(space, plan.dQueryKeyValue, -1);
  space.transposeTokens(layer.attentionNormed);
  space.weightGradient(plan.dQueryKeyValue, rows, gradient + 4 * offsets.queryKeyValue);
  space.transposedProduct(offsets.queryKeyValue, rows, plan.dQueryKeyValue, plan.dNormed, 0);
  space.normBackward(layer.input, offsets.attentionNorm, layer.attentionStatistics, gradient);
}

/** Scores of the key without a value that joins the softmax, for the kinds that have one. */
function scoreSinks(space: Workspace, layer: LayerActivations, offsets: LayerOffsets): void {
  const { run } = space.kernels;
  const { heads, headRows, attentionParts } = space.plan.dimensions;
  const { sequences, sequencePanels, panels } = space.extent;
  const shape = [sequences, sequencePanels, heads] as const;
  switch (space.config.attention) {
    case 'softmax-plus-one': // its score is 0, so its power is 1
      space.kernels.view(layer.aside, heads * panels * PANEL).fill(0);
      break;
    case 'sink-logit':
      run.sinkLogitForward(space.weight(offsets.sinkLogit), layer.aside, ...shape, 1 / scaleOf(space));
      break;
    case 'key-bias': {
      const bias = space.weight(offsets.keyBias);
      run.keyBiasForward(layer.queryKeyValue, bias, layer.aside, ...shape, headRows, attentionParts);
      break;
    }
  }
}

/** From the gradients of those scores to what they were computed from. */
function sinksBackward(space: Workspace, layer: LayerActivations, offsets: LayerOffsets, gradient: number): void {
  const { plan } = space;
  const { run } = space.kernels;
  const { heads, headRows, attentionParts, sinkLogits } = plan.dimensions;
  const { sequences, sequencePanels } = space.extent;
  const shape = [sequences, sequencePanels, heads] as const;
  switch (space.config.attention) {
    case 'sink-logit': {
      const dLogits = gradient + 4 * offsets.sinkLogit;
      run.sinkLogitBackward(layer.aside, dLogits, ...shape, sinkLogits, 1 / scaleOf(space));
      break;
    }
    case 'key-bias':
      run.keyBiasBackward(
        ...([layer.queryKeyValue, space.weight(offsets.keyBias), layer.aside, plan.dQueryKeyValue] as const),
        ...([gradient + 4 * offsets.keyBias, plan.scratch, ...shape, headRows, attentionParts] as const),
      );
      break;
  }
}

/** Zeroes the gradients of queries and keys, which stand before those of values in every panel. */
function clearQueriesAndKeys({ kernels, plan, extent }: Workspace): void {
  const { attentionRows, attentionParts } = plan.dimensions;
  for (let panel = 0; panel < extent.panels; panel++) {
    kernels.view(plan.dQueryKeyValue + panel * attentionParts * attentionRows * ROW, 2 * attentionRows * PANEL).fill(0);
  }
}

/** Scores are divided by the root of a head's width. */
function scaleOf(space: Workspace): number {
  return 1 / Math.sqrt(space.plan.dimensions.headWidth);
}

/** Turns queries and keys, whose heads follow one another, by their position's angle (1) or back (-1). */
function rotateQueriesAndKeys({ kernels, plan, extent }: Workspace, queryKeyValue: number, direction: 1 | -1): void {
  const { ropeCos, ropeSin, dimensions } = plan;
  const { attentionRows, attentionParts, heads, headRows, headWidth } = dimensions;
  const { sequences, sequencePanels } = extent;
  const stride = attentionParts * attentionRows * ROW;
  kernels.run.rotate(
    ...([queryKeyValue, stride, ropeCos, ropeSin, sequences, sequencePanels] as const),
    ...([2 * heads, headRows, headWidth / 2, 1, headWidth / 2, direction] as const),
  );
}
