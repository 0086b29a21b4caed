import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Availability, probe, usableDevice } from './devices.ts';

afterEach(() => vi.unstubAllGlobals());

describe('devices', () => {
  it('that are missing come with a reason in a sentence', async () => {
    vi.stubGlobal('navigator', {});
    vi.stubGlobal('OffscreenCanvas', undefined);
    const { webgpu, webgl, wasm, cpu } = await probe();
    expect(webgpu).toEqual({ usable: false, remark: expect.stringMatching(/^This browser .*\.$/) });
    expect(webgl.usable).toBe(false);
    expect(wasm).toEqual({ usable: true, remark: '' });
    expect(cpu).toEqual({ usable: true, remark: '' });
  });

  it('that are slow say so', async () => {
    vi.stubGlobal('WebAssembly', { validate: () => false });
    expect((await probe()).wasm).toEqual({ usable: true, remark: expect.stringContaining('slow') });
  });

  it('are used as wished where they can be, else WebAssembly, else whatever there is', () => {
    const all = (...usable: string[]) =>
      Object.fromEntries(
        ['wasm', 'webgpu', 'webgl', 'cpu'].map((device) => [device, { usable: usable.includes(device), remark: '' }]),
      ) as Availability;
    expect(usableDevice('webgl', all('wasm', 'webgl', 'cpu'))).toBe('webgl');
    expect(usableDevice('webgpu', all('wasm', 'webgl', 'cpu'))).toBe('wasm');
    expect(usableDevice('wasm', all('cpu'))).toBe('cpu');
  });
});
