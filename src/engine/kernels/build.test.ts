import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { module } from './kernels.fixture.ts';

const committed = readFileSync(new URL('kernels.wasm', import.meta.url));

it('the committed module is what its sources compile to, byte for byte', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kernels-'));
  try {
    const target = join(folder, 'kernels.wasm');
    const script = fileURLToPath(new URL('../../../scripts/build-kernels.mjs', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [script, target], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    expect(readFileSync(target).equals(committed), 'sources changed: run `npm run build:kernels`').toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);

it('the module is small, imports nothing and shares no memory', () => {
  expect(committed.length).toBeLessThan(64 * 1024);
  expect(WebAssembly.Module.imports(module)).toEqual([]);
});
