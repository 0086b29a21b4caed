/**
 * TensorFlow.js's backends: each is loaded when it is asked for and not before, so that a page pays for one alone.
 * Gradients are registered by `#tensorflow/gradients`, which package.json maps: tfjs-core does not register its own.
 */
import '#tensorflow/gradients';
import * as tf from '@tensorflow/tfjs-core';

export type Device = 'wasm' | 'cpu' | 'webgl' | 'webgpu';

/** Addresses of the wasm backend's files by name; a page knows them from its bundler, Node finds them by itself. */
export type WasmPaths = Record<string, string>;

/** A device that cannot be used here; the message says why and what to do. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';
  constructor(
    readonly device: Device,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`the device ${device} cannot be used: ${reason}; choose another device`, options);
  }
}

const LOADERS: Record<Device, (wasmPaths?: WasmPaths) => Promise<unknown>> = {
  wasm: async (wasmPaths) => {
    const backend = await import('@tensorflow/tfjs-backend-wasm');
    if (wasmPaths) backend.setWasmPaths(wasmPaths);
  },
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
  webgl: () => import('@tensorflow/tfjs-backend-webgl'),
  webgpu: () => import('@tensorflow/tfjs-backend-webgpu'),
};

let queue: Promise<unknown> = Promise.resolve();

/** TensorFlow.js has one current backend for all, so work takes turns. */
function inTurn<T>(work: () => T | Promise<T>): Promise<T> {
  const turn = queue.then(work);
  queue = turn.catch(() => {});
  return turn;
}

/**
 * Loads and starts a backend.
 * @throws {DeviceError} when it cannot be loaded or started.
 */
export function startDevice(device: Device, wasmPaths?: WasmPaths): Promise<void> {
  return inTurn(async () => {
    tf.env().set('PROD', true); // no advice on the console about other builds of TensorFlow.js
    try {
      await LOADERS[device](wasmPaths);
      if (!(await tf.setBackend(device))) throw new Error('it did not start');
    } catch (error) {
      throw new DeviceError(device, error instanceof Error ? error.message : String(error), { cause: error });
    }
  });
}

/** Does some work on a device that was started. */
export function onDevice<T>(device: Device, work: () => T | Promise<T>): Promise<T> {
  return inTurn(async () => {
    if (tf.getBackend() !== device) await tf.setBackend(device);
    return work();
  });
}
