import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['tests/bits/**/*.test.ts'],
    reporters: ['verbose'], // names what is skipped, and why
  },
});
