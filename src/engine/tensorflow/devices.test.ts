import { describe, expect, it } from 'vitest';
import { type DeviceHost, hasWasmSimd, probeDevices } from './devices.ts';

class Canvas {
  constructor(
    readonly width: number,
    readonly height: number,
  ) {}
  getContext(kind: string): object | null {
    return kind === 'webgl' ? {} : null;
  }
}

class NoContext extends Canvas {
  override getContext(): null {
    return null;
  }
}

const everything: DeviceHost = {
  WebAssembly,
  navigator: { gpu: { requestAdapter: async () => ({}) } },
  OffscreenCanvas: Canvas,
};

describe('probeDevices', () => {
  it('finds every device where the host has it', async () => {
    expect(await probeDevices(everything)).toEqual({ wasm: null, webgpu: null, webgl: null, cpu: null });
  });

  it('says why a device is missing', async () => {
    const nothing = await probeDevices({});
    expect(nothing.cpu).toBeNull();
    expect(nothing.wasm).toMatch(/no WebAssembly/);
    expect(nothing.webgpu).toMatch(/no WebGPU/);
    expect(nothing.webgl).toMatch(/OffscreenCanvas/);
  });

  it('tells apart the ways in which a graphics card is not to be had', async () => {
    const adapter = (requestAdapter: () => Promise<unknown>) =>
      probeDevices({ ...everything, OffscreenCanvas: NoContext, navigator: { gpu: { requestAdapter } } });
    const none = await adapter(async () => null);
    expect(none.webgpu).toMatch(/finds no graphics card/);
    expect(none.webgl).toMatch(/offers no WebGL/);
    const broken = await adapter(() => Promise.reject(new Error('blocked')));
    expect(broken.webgpu).toMatch(/does not answer: blocked/);
  });
});

describe('hasWasmSimd', () => {
  it('is true here and false where the module is refused or WebAssembly is missing', () => {
    expect(hasWasmSimd()).toBe(true);
    expect(hasWasmSimd({ WebAssembly: { validate: () => false } })).toBe(false);
    expect(hasWasmSimd({})).toBe(false);
  });
});
