/**
 * `npm run release`: what a release is made of, in `release/`: the source at this commit, the built site with results,
 * weights, kept figures and manifest, and the SHA-256 of both. `.zenodo.json` describes them where they are deposited.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runOrExit, setUp } from './setup.mjs';
import { namedVersions } from './versions.mjs';

const read = (file) => readFileSync(join(root, file), 'utf8');
const { version } = JSON.parse(read('package.json'));
const name = `first-token-${version}`;

function stop(message) {
  console.error(`error: ${message}`);
  process.exit(1);
}

function git(...args) {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) stop(`git ${args[0]}: ${stderr?.trim() || 'could not be started'}`);
  return stdout.trim();
}

const [, unreleased, newest] = /^## \[Unreleased\]\n([\s\S]*?)^## \[(.+?)\]/m.exec(read('CHANGELOG.md')) ?? [];
if (newest !== version || unreleased.trim() !== '') {
  stop(
    `CHANGELOG.md must have nothing under “[Unreleased]” and “[${version}]” next, with the day; give what is unreleased ` +
      'the new version, here and in package.json, package-lock.json, CITATION.cff and .zenodo.json',
  );
}
for (const [file, named] of Object.entries(namedVersions(read))) {
  if (named === version) continue;
  const remedy = file.startsWith('public/') ? 'run npm run pipeline -- manifest' : 'raise it there too';
  stop(`${file} names version ${named ?? 'none'}, and package.json ${version}; ${remedy}`);
}
if (git('status', '--porcelain') !== '')
  stop('there are changes that are not committed; a release is made of a commit');

setUp();
runOrExit('npm', ['run', '--silent', 'build']); // it ends with an error where results, manifest and code disagree

const folder = join(root, 'release');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
const archives = [`${name}-source.tar.gz`, `${name}-site.tar.gz`];
git('archive', `--prefix=${name}/`, '--output', join(folder, archives[0]), 'HEAD');
runOrExit('tar', ['-czf', join('release', archives[1]), '-C', 'dist', '.']);

const sums = archives.map((archive) => {
  const hash = createHash('sha256').update(readFileSync(join(folder, archive)));
  return `${hash.digest('hex')}  ${archive}\n`;
});
writeFileSync(join(folder, 'SHA256SUMS'), sums.join(''));
console.log(`release/ holds version ${version} at commit ${git('rev-parse', '--short', 'HEAD')}:\n${sums.join('')}`);
