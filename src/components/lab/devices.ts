/** What the reader's browser can compute with, found out without loading anything. */

import type { Device as TensorflowDevice } from '../../engine/tensorflow/backend.ts';
import { hasWasmSimd, probeDevices } from '../../engine/tensorflow/devices.ts';
import type { Device } from './state.ts';

/** What is to be said of each device before it is chosen. */
export type Availability = Record<Device, { usable: boolean; remark: string }>;

/** Asks the browser about every device. */
export async function probe(): Promise<Availability> {
  const reasons = await probeDevices();
  const say = (device: TensorflowDevice) => {
    const reason = reasons[device];
    return { usable: reason === null, remark: reason === null ? '' : sentence(reason) };
  };
  const wasm = say('wasm');
  const kernels = { ...wasm };
  if (wasm.usable && !hasWasmSimd()) {
    wasm.remark = 'This browser’s WebAssembly has no SIMD, so it will be slow.';
    kernels.usable = false;
    kernels.remark = 'This browser’s WebAssembly has no SIMD, which they are written in.';
  }
  return { kernels, wasm, webgpu: say('webgpu'), webgl: say('webgl'), cpu: say('cpu') };
}

/** The device to use: the wished one, or else the first that can be used, the kernels before all. */
export function usableDevice(wished: Device, availability: Availability): Device {
  const order: Device[] = [wished, 'kernels', 'wasm', 'webgpu', 'webgl', 'cpu'];
  return order.find((device) => availability[device].usable) ?? 'cpu';
}

function sentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}
