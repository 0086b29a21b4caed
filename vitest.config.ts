import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,pipeline,scripts,tests}/**/*.test.ts'],
    testTimeout: 60_000,
  },
});
