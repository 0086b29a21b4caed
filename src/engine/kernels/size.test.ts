import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Rollup } from 'vite';
import { describe, expect, it } from 'vitest';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

describe('what a reader downloads to train', () => {
  it('is a module of less than 64 kB, and with all its TypeScript less than 40 kB compressed', async () => {
    const wasm = readFileSync(here('./kernels.wasm'));
    expect(wasm.length).toBeLessThan(64_000);
    const output = await build({
      configFile: false,
      logLevel: 'silent',
      build: {
        write: false,
        minify: true,
        lib: { entry: here('./engine.ts'), formats: ['es'] },
      },
    });
    const code = (output as Rollup.RollupOutput[]).flatMap((part) => part.output);
    const compressed = code.map((chunk) => gzipSync(chunk.type === 'chunk' ? chunk.code : chunk.source).length);
    const total = compressed.reduce((sum, bytes) => sum + bytes, gzipSync(wasm).length);
    // The engine itself is in there, not a stub that a bundler has emptied.
    expect(total).toBeGreaterThan(10_000);
    expect(total).toBeLessThan(40_000);
  });
});
