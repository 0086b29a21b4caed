/**
 * `npm start`: sets up, trains what the site needs and is missing, builds the site and serves it.
 * `npm start -- --build-only` stops before serving; other options go to the server (`--port 8080`, `--host`).
 */
import { runOrExit, setUp } from './setup.mjs';

const options = process.argv.slice(2);
const buildOnly = options.includes('--build-only');

setUp();
runOrExit('npm', ['run', '--silent', 'pipeline', '--', 'run', '--profile', 'quick']);
runOrExit('npm', ['run', '--silent', 'build']);
if (!buildOnly) runOrExit('npm', ['run', '--silent', 'preview', '--', ...options]);
