import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,pipeline,scripts,tests}/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'tests/bits/**'], // they open browsers: `npm run test:bits`
    testTimeout: 60_000,
    setupFiles: ['tests/support/property-seed.ts'],
  },
});
