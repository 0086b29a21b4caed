/** Compiles src/engine/kernels/assembly to src/engine/kernels/kernels.wasm: `node scripts/build-kernels.mjs [target]`. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = process.argv[2] ?? 'src/engine/kernels/kernels.wasm';
const compiler = join(dirname(createRequire(import.meta.url).resolve('assemblyscript/package.json')), 'bin/asc.js');

// The stub runtime has no allocator to call: the engine plans all memory. Neither relaxed SIMD nor threads: the bits
// of a result must not depend on the machine.
const { status } = spawnSync(
  process.execPath,
  [
    compiler,
    'src/engine/kernels/assembly/index.ts',
    ...['--outFile', target],
    ...['--runtime', 'stub', '--noAssert', '--disableWarning', '201'],
    ...['--enable', 'simd', '-O3', '--converge'],
  ],
  { cwd: root, stdio: 'inherit' },
);
process.exit(status ?? 1);
