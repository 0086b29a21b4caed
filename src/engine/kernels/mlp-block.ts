/** A block's MLP: the stream plus W_down^T of hidden channels, SwiGLU's or ReLU's, of the normalised stream. */
import { PANEL } from './dimensions.ts';
import type { LayerOffsets } from './parameter-layout.ts';
import type { LayerActivations } from './plan.ts';
import type { Workspace } from './workspace.ts';

/** Writes the stream after the MLP to `output`. */
export function mlpForward(space: Workspace, layer: LayerActivations, offsets: LayerOffsets, output: number): void {
  const { hiddenRows, mlpParts } = space.plan.dimensions;
  const { panels } = space.extent;
  const { run } = space.kernels;
  space.norm(layer.middle, offsets.mlpNorm, layer.mlpNormed, layer.mlpStatistics);
  space.product(offsets.gateUp, mlpParts * hiddenRows, layer.mlpNormed, layer.gateUp);
  if (space.config.mlp === 'swiglu') run.swigluForward(layer.gateUp, layer.hidden, hiddenRows, panels);
  else run.reluForward(layer.gateUp, layer.hidden, hiddenRows * panels * PANEL);
  space.transposedProduct(offsets.down, hiddenRows, layer.hidden, output, layer.middle);
}

/** Takes `plan.dStream` from after the MLP to before it, and writes the gradients of its parameters. */
export function mlpBackward(space: Workspace, layer: LayerActivations, offsets: LayerOffsets, gradient: number): void {
  const { plan } = space;
  const { hiddenRows, mlpParts } = plan.dimensions;
  const { panels } = space.extent;
  const { run } = space.kernels;
  space.transposeTokens(plan.dStream);
  space.weightGradient(layer.hidden, hiddenRows, gradient + 4 * offsets.down);
  space.product(offsets.down, hiddenRows, plan.dStream, plan.dInner);
  if (space.config.mlp === 'swiglu') run.swigluBackward(layer.gateUp, plan.dInner, hiddenRows, panels);
  else run.reluBackward(layer.gateUp, plan.dInner, hiddenRows * panels * PANEL);
  space.transposeTokens(layer.mlpNormed);
  space.weightGradient(layer.gateUp, mlpParts * hiddenRows, gradient + 4 * offsets.gateUp);
  space.transposedProduct(offsets.gateUp, mlpParts * hiddenRows, layer.gateUp, plan.dNormed, 0);
  space.normBackward(layer.middle, offsets.mlpNorm, layer.mlpStatistics, gradient);
}
