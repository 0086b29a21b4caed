import type { Peer } from '../../../src/benchmark/peer.ts';
import { jaxPeer } from './jax.ts';
import { onnxruntimePeer } from './onnxruntime.ts';
import { pytorchPeer } from './pytorch.ts';
import { tensorflowCpuPeer, tensorflowWasmPeer } from './tensorflow.ts';

/** Which peers race: none, those that npm brings, or these and PyTorch. */
export const PEER_SETS: Record<'none' | 'node' | 'python', readonly Peer[]> = {
  none: [],
  node: [tensorflowWasmPeer, jaxPeer, onnxruntimePeer, tensorflowCpuPeer],
  python: [tensorflowWasmPeer, jaxPeer, onnxruntimePeer, pytorchPeer, tensorflowCpuPeer],
};

export type PeerSet = keyof typeof PEER_SETS;
