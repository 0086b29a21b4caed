/** Which devices a host offers, found out without loading TensorFlow.js. */
import type { Device } from './backend.ts';

/** Why a device cannot be used, in words for a reader; null where it can. */
export type DeviceReasons = Record<Device, string | null>;

/** The part of a browser (or a worker) that is asked; tests put another in its place. */
export interface DeviceHost {
  WebAssembly?: Pick<typeof WebAssembly, 'validate'>;
  navigator?: { gpu?: { requestAdapter(): Promise<unknown> } };
  OffscreenCanvas?: new (width: number, height: number) => { getContext(kind: 'webgl2' | 'webgl'): unknown };
}

/** A module with one SIMD instruction (i8x16.splat): it is valid only where SIMD is known. */
const SIMD_MODULE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b, 0x03, 0x02, 0x01],
  ...[0x00, 0x0a, 0x08, 0x01, 0x06, 0x00, 0x41, 0x00, 0xfd, 0x0f, 0x0b],
);

/** Whether WebAssembly has SIMD; without it TensorFlow.js's wasm backend works, but slowly. */
export function hasWasmSimd(host: DeviceHost = globalThis as DeviceHost): boolean {
  return host.WebAssembly?.validate(SIMD_MODULE) ?? false;
}

/** Asks a host about every device. */
export async function probeDevices(host: DeviceHost = globalThis as DeviceHost): Promise<DeviceReasons> {
  return {
    wasm: host.WebAssembly ? null : 'this browser has no WebAssembly',
    webgpu: await webgpuReason(host),
    webgl: webglReason(host),
    cpu: null,
  };
}

async function webgpuReason({ navigator }: DeviceHost): Promise<string | null> {
  if (!navigator?.gpu) return 'this browser has no WebGPU, or has it switched off';
  try {
    return (await navigator.gpu.requestAdapter()) ? null : 'this browser has WebGPU, but finds no graphics card for it';
  } catch (error) {
    return `this browser has WebGPU, but it does not answer: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function webglReason({ OffscreenCanvas }: DeviceHost): string | null {
  if (!OffscreenCanvas) return 'this browser cannot draw outside the page (no OffscreenCanvas), which a worker needs';
  try {
    const canvas = new OffscreenCanvas(1, 1);
    return canvas.getContext('webgl2') || canvas.getContext('webgl') ? null : 'this browser offers no WebGL';
  } catch {
    return 'this browser offers no WebGL';
  }
}
