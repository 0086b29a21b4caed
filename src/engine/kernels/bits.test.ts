import { expect, it } from 'vitest';
import { bitsOf } from './bits.fixture.ts';
import { module } from './kernels.fixture.ts';
import { KERNELS_ENGINE_VERSION } from './version.ts';

it('the engine gives the bits of its version', async () => {
  const bits = { version: KERNELS_ENGINE_VERSION, ...(await bitsOf(module)) };
  // If this fails, results made with this version cannot be made again: raise KERNELS_ENGINE_VERSION, then run with -u.
  await expect(`${JSON.stringify(bits, null, 2)}\n`).toMatchFileSnapshot('bits.golden.json');
});
