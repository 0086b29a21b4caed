/**
 * `npm run publish:figures`: keeps the present version of every figure in `public/figures`, so that what is cited from
 * now on can be shown when the figure has changed, and writes the manifest anew. What was kept before is never touched.
 * `-- --check` writes nothing, and fails where a present version is not kept: its citations would lead nowhere one day.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PipelineError } from '../pipeline/errors.ts';
import { writeAtomically } from '../pipeline/files.ts';
import { writeProvenance } from '../pipeline/provenance/write.ts';
import { Store } from '../pipeline/store.ts';
import { KEPT_FOLDER, keptRecords } from '../src/components/citing/kept-records.ts';
import { presentRecord, publishedFigures } from '../src/layouts/published-figure.ts';

function publish(): void {
  if (process.env['RESULTS']) {
    throw new PipelineError('RESULTS is set, and only the results in public/results can be published; unset it');
  }
  for (const { id } of publishedFigures()) {
    const record = presentRecord(id);
    keptRecords(id); // a damaged one is told before anything is added
    const file = join(KEPT_FOLDER, id, `${record.version}.json`);
    if (existsSync(file)) {
      console.log(`${id}: version ${record.version} is published already`);
      continue;
    }
    const published = new Date().toISOString();
    writeAtomically(file, `${JSON.stringify({ ...record, published }, null, 1)}\n`);
    console.log(`${id}: version ${record.version} published, ${file}`);
  }
  const files = writeProvenance(new Store({ results: join('public', 'results'), work: '.pipeline' }));
  console.log(`public/results/manifest.json: ${files} files. Commit public/figures and public/results.`);
}

function check(): void {
  const missing = publishedFigures().flatMap(({ id }) => {
    const { version } = presentRecord(id);
    return keptRecords(id).some((record) => record.version === version) ? [] : [`${id} ${version}`];
  });
  if (missing.length === 0) return;
  throw new PipelineError(
    `these present versions are not kept in ${KEPT_FOLDER}, so whoever cites them now would find nothing after the next ` +
      `change: ${missing.join(', ')}. Keep them with \`npm run publish:figures\` and commit public`,
  );
}

try {
  if (process.argv.includes('--check')) check();
  else publish();
} catch (error) {
  // Every fault of a file says what to do; what is thrown by these modules is meant for people.
  console.error(`error: ${(error as Error).message}`);
  process.exitCode = 1;
}
