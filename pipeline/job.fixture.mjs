// Loads the worker of tests as worker.mjs loads the real one.
import { register } from 'tsx/esm/api';

register();
await import('./job.fixture.ts');
