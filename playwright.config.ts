import { defineConfig } from '@playwright/test';

/** Tests of the built site. The build itself is made before, by the test script or `npm run build`. */
const port = 4329;

export default defineConfig({
  testDir: 'tests',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  workers: 2,
  // A machine that is busy elsewhere can make a browser miss its time once; twice is a fault.
  retries: process.env['CI'] ? 1 : 0,
  timeout: 60_000,
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list']],
  use: {
    baseURL: `http://localhost:${port}`,
    browserName: 'chromium',
    // A copy of the whole site in every test would take its time; the test of that copy allows it.
    serviceWorkers: 'block',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  webServer: {
    command: `npm run preview -- --port ${port}`,
    port,
    reuseExistingServer: !process.env['CI'],
  },
});
