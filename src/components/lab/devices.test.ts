import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Availability, probe, usableDevice } from './devices.ts';

afterEach(() => vi.unstubAllGlobals());

describe('devices', () => {
  it('that are missing come with a reason in a sentence', async () => {
    vi.stubGlobal('navigator', {});
    vi.stubGlobal('OffscreenCanvas', undefined);
    const { kernels, webgpu, webgl, wasm, cpu } = await probe();
    expect(kernels).toEqual({ usable: true, remark: '' });
    expect(webgpu).toEqual({ usable: false, remark: expect.stringMatching(/^This browser .*\.$/) });
    expect(webgl.usable).toBe(false);
    expect(wasm).toEqual({ usable: true, remark: '' });
    expect(cpu).toEqual({ usable: true, remark: '' });
  });

  it('without SIMD are slow, or of no use', async () => {
    vi.stubGlobal('WebAssembly', { validate: () => false });
    const { kernels, wasm } = await probe();
    expect(wasm).toEqual({ usable: true, remark: expect.stringContaining('slow') });
    expect(kernels).toEqual({ usable: false, remark: expect.stringContaining('SIMD') });
  });

  it('are used as wished where they can be, else the kernels, else whatever there is', () => {
    const all = (...usable: string[]) =>
      Object.fromEntries(
        ['kernels', 'wasm', 'webgpu', 'webgl', 'cpu'].map((device) => [
          device,
          { usable: usable.includes(device), remark: '' },
        ]),
      ) as Availability;
    expect(usableDevice('webgl', all('wasm', 'webgl', 'cpu'))).toBe('webgl');
    expect(usableDevice('webgpu', all('kernels', 'wasm', 'webgl'))).toBe('kernels');
    expect(usableDevice('webgpu', all('wasm', 'webgl', 'cpu'))).toBe('wasm');
    expect(usableDevice('wasm', all('cpu'))).toBe('cpu');
  });
});
