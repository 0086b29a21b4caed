import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Manifest, parseManifest } from '../../src/results/manifest.ts';
import { type TrialPipeline, trialPipeline } from '../cli.fixture.ts';
import { versionsOf } from '../versions.ts';
import { inconsistencies, KERNELS_VERSIONS } from './consistency.ts';
import { manifestOf } from './manifest.ts';

const ENGINE = 'kernels/trial';
const current = { engine: ENGINE, training: '1', measures: '1', corpus: '1', tokenizer: '1' };

let trial: TrialPipeline;
const copies: string[] = [];

beforeAll(async () => {
  trial = trialPipeline({ versions: { engine: ENGINE } });
  for (const path of ['models/one/model.safetensors', 'figures/one/0123456789.json']) {
    fs.mkdirSync(join(trial.folder, path, '..'), { recursive: true });
    fs.writeFileSync(join(trial.folder, path), path);
  }
  expect((await trial.pipeline('run')).exitStatus).toBe(0);
}, 120_000);
afterAll(() => {
  trial.remove();
  for (const copy of copies) fs.rmSync(copy, { recursive: true });
});

/** Exported results, with a model and a published figure beside them; a copy that a test may spoil. */
function exported(): { folder: string; manifest: Manifest } {
  const folder = fs.mkdtempSync(join(tmpdir(), 'first-token-provenance-'));
  copies.push(folder);
  fs.cpSync(trial.folder, folder, { recursive: true });
  return { folder, manifest: parseManifest(fs.readFileSync(join(folder, 'results/manifest.json'), 'utf8')) };
}

describe('the manifest', () => {
  it('holds the SHA-256 of every file of results, models and figures', () => {
    const { folder, manifest } = exported();
    const paths = manifest.files.map(({ path }) => path);
    expect(paths).toEqual([...paths].sort());
    for (const path of ['figures/one/0123456789.json', 'models/one/model.safetensors', 'results/trial.json'])
      expect(paths).toContain(path);
    expect(paths.filter((path) => path.startsWith('results/runs/'))).toHaveLength(4);
    for (const { path, bytes, sha256 } of manifest.files) {
      const content = fs.readFileSync(join(folder, path));
      expect(bytes).toBe(content.length);
      expect(sha256).toBe(createHash('sha256').update(content).digest('hex'));
    }
    expect(manifest.versions).toEqual([current]);
  });

  it('also holds the hash of what a packed file unpacks to, since some servers send that', () => {
    const { folder } = exported();
    fs.mkdirSync(join(folder, 'corpora'));
    fs.writeFileSync(join(folder, 'corpora/text.txt.gz'), gzipSync('In the beginning'));
    const packed = manifestOf(folder, []).files.find(({ path }) => path === 'corpora/text.txt.gz')!;
    expect(packed.unpackedSha256).toBe(createHash('sha256').update('In the beginning').digest('hex'));
  });

  it('is written too in the form of sha256sum', () => {
    const { folder, manifest } = exported();
    const lines = fs.readFileSync(join(folder, 'results/SHA256SUMS'), 'utf8').trimEnd().split('\n');
    expect(lines).toEqual(manifest.files.map(({ path, sha256 }) => `${sha256}  ${path}`));
  });

  it.each([
    ['', 'not JSON'],
    ['{"schemaVersion": 7}', 'schema version 7'],
    ['{"schemaVersion": 1, "versions": [], "files": []}', 'names no files'],
    [
      '{"schemaVersion": 1, "versions": [], "files": [{"path": "../a", "bytes": 1, "sha256": "00"}]}',
      'entry 1 of the manifest',
    ],
  ])('is refused when it is %j', (text, message) => {
    expect(() => parseManifest(text)).toThrow(message);
  });

  it.each(['//elsewhere.org/a', 'https://elsewhere.org/a', '/a', 'a/../b', 'a//b', 'a?b'])(
    'sends nobody to %s',
    (path) => {
      const files = [{ path, bytes: 1, sha256: '0'.repeat(64) }];
      expect(() => parseManifest(JSON.stringify({ schemaVersion: 1, versions: [], files }))).toThrow('entry 1');
    },
  );
});

describe('the build', () => {
  it('finds nothing amiss after an export', () => {
    const { folder } = exported();
    expect(inconsistencies(folder, current)).toEqual([]);
  });

  it('stops where an export was altered, though the manifest was written anew', async () => {
    const { folder } = exported();
    const file = join(folder, 'results/trial.json');
    const result = JSON.parse(fs.readFileSync(file, 'utf8'));
    result.runs[0].evaluations[0].validationLoss += 1;
    fs.writeFileSync(file, JSON.stringify(result));
    const paths = ['--results', join(folder, 'results'), '--work', join(folder, 'work')];
    expect((await trial.pipeline(...paths, 'manifest')).exitStatus).toBe(0);
    const [message, ...others] = inconsistencies(folder, current);
    expect(others).toEqual([]);
    expect(message).toContain('results/index.json names another results/trial.json');
    expect(message).toContain(`results/trial.json holds another run ${result.runs[0].id} than results/runs/`);
    expect(message).toContain('npm run pipeline -- export');
  });

  it('stops where the manifest names other versions than the runs have', () => {
    const { folder, manifest } = exported();
    const other = { ...manifest, versions: [{ ...current, training: '2' }] };
    fs.writeFileSync(join(folder, 'results/manifest.json'), JSON.stringify(other));
    const [message] = inconsistencies(folder, { ...current, training: '2' });
    expect(message).toContain('the manifest does not name the versions of run');
  });

  it('stops where the list of checkpoints names other bytes', () => {
    const { folder, manifest } = exported();
    const run = '0123456789abcdef';
    fs.mkdirSync(join(folder, 'checkpoints', run), { recursive: true });
    fs.writeFileSync(join(folder, 'checkpoints', run, '10.ftck'), 'altered');
    const entry = { run, step: 10, bytes: 7, sha256: '0'.repeat(64) };
    fs.writeFileSync(
      join(folder, 'checkpoints/index.json'),
      JSON.stringify({ schemaVersion: 1, checkpoints: [entry] }),
    );
    const described = { ...manifest, files: manifestOf(folder, []).files };
    fs.writeFileSync(join(folder, 'results/manifest.json'), JSON.stringify(described));
    expect(inconsistencies(folder, current)).toEqual([
      expect.stringContaining(`checkpoints/index.json names another checkpoints/${run}/10.ftck`),
    ]);
  });

  it('stops at a file that was changed, is missing or was added', () => {
    const { folder } = exported();
    fs.appendFileSync(join(folder, 'results/trial.json'), ' ');
    fs.rmSync(join(folder, 'models/one/model.safetensors'));
    fs.writeFileSync(join(folder, 'figures/one/another.json'), '{}');
    const [message, ...others] = inconsistencies(folder, current);
    expect(others).toEqual([]);
    expect(message).toContain('results/trial.json has other bytes');
    expect(message).toContain('models/one/model.safetensors is missing');
    expect(message).toContain('figures/one/another.json is not in it');
    expect(message).toContain('npm run pipeline -- manifest');
  });

  it('goes on after the cure that the message names', async () => {
    fs.appendFileSync(join(trial.folder, 'figures/one/0123456789.json'), ' ');
    expect(inconsistencies(trial.folder, current)).toHaveLength(1);
    const { exitStatus, out } = await trial.pipeline('manifest');
    expect(exitStatus).toBe(0);
    expect(out).toMatch(/manifest\.json: \d+ files/);
    expect(inconsistencies(trial.folder, current)).toEqual([]);
  });

  it('stops at results of other code, naming the part', () => {
    const { folder } = exported();
    const [message] = inconsistencies(folder, { ...current, training: '2' });
    expect(message).toContain('training 1, here 2');
    expect(message).toContain('npm run pipeline -- run');
  });

  it('stops where there is no manifest, or half of one', () => {
    const { folder } = exported();
    const file = join(folder, 'results/manifest.json');
    fs.writeFileSync(file, '{"schemaVersion": 1, "fi');
    expect(inconsistencies(folder, current)).toEqual([expect.stringContaining('cut short')]);
    fs.rmSync(file);
    expect(inconsistencies(folder, current)).toEqual([expect.stringContaining('it is missing')]);
  });

  it('knows the versions of the kernels as the pipeline does', () => {
    expect(KERNELS_VERSIONS).toEqual(versionsOf('kernels'));
  });
});

/** What RO-Crate 1.1 requires of a crate: https://www.researchobject.org/ro-crate/specification/1.1/ */
describe('the crate', () => {
  interface Reference {
    '@id': string;
  }
  type Entity = Record<string, unknown> & { '@id': string; '@type': string | string[] };
  const isReference = (value: unknown): value is Reference =>
    typeof value === 'object' && value !== null && Object.keys(value).join() === '@id';

  function crate() {
    const { folder } = exported();
    const document = JSON.parse(fs.readFileSync(join(folder, 'results/ro-crate-metadata.json'), 'utf8'));
    const graph = document['@graph'] as Entity[];
    const entity = (id: string) => graph.find((candidate) => candidate['@id'] === id);
    return { folder, document, graph, entity };
  }

  it('has the context, and a descriptor that is about the root', () => {
    const { document, entity } = crate();
    expect(document['@context']).toBe('https://w3id.org/ro/crate/1.1/context');
    expect(entity('ro-crate-metadata.json')).toEqual({
      '@id': 'ro-crate-metadata.json',
      '@type': 'CreativeWork',
      conformsTo: { '@id': 'https://w3id.org/ro/crate/1.1' },
      about: { '@id': './' },
    });
  });

  it('has a root dataset with name, description, date and licence', () => {
    const { entity } = crate();
    const root = entity('./')!;
    expect(root['@type']).toBe('Dataset');
    for (const property of ['name', 'description']) expect(String(root[property]).length).toBeGreaterThan(20);
    expect(root['datePublished']).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    const licence = entity((root['license'] as Reference)['@id'])!;
    expect(licence).toMatchObject({ '@type': 'CreativeWork', name: 'MIT License', description: expect.any(String) });
  });

  it('describes every file, each reached from the root by hasPart, and no file that is not there', () => {
    const { folder, graph, entity } = crate();
    const there = fs
      .readdirSync(join(folder, 'results'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, 'results').length + 1))
      .filter((path) => path !== 'ro-crate-metadata.json');
    const reached: string[] = [];
    const follow = (id: string): void => {
      const found = entity(id);
      expect(found, `hasPart leads to ${id}`).toBeDefined();
      if ([found!['@type']].flat().includes('File')) reached.push(id);
      for (const part of (found!['hasPart'] ?? []) as Reference[]) follow(part['@id']);
    };
    follow('./');
    expect(reached.sort()).toEqual(there.sort());
    const files = graph.filter((candidate) => candidate['@type'] === 'File');
    expect(files).toHaveLength(there.length);
    for (const file of files) expect(file).toMatchObject({ name: expect.any(String), description: expect.any(String) });
  });

  it('has unique ids, flat entities, and refers to nothing that it does not describe', () => {
    const { graph, entity } = crate();
    expect(new Set(graph.map((candidate) => candidate['@id'])).size).toBe(graph.length);
    for (const { '@id': id, '@type': type, ...properties } of graph) {
      expect(type, id).toBeTruthy();
      for (const value of Object.values(properties).flat()) {
        if (typeof value === 'object') expect(isReference(value), `${id}: a nested entity`).toBe(true);
        if (isReference(value) && !/^https:\/\/w3id\.org\//.test(value['@id']))
          expect(entity(value['@id']), `${id} refers to ${value['@id']}`).toBeDefined();
      }
    }
  });

  it('tells of an experiment by which command, from which text, when and into which files it was made', () => {
    const { entity } = crate();
    const action = entity('#trial-runs')!;
    expect(action['@type']).toBe('CreateAction');
    expect(action['description']).toContain('npm run pipeline -- run --only trial');
    expect((action['result'] as Reference[]).map((reference) => reference['@id'])).toHaveLength(5);
    const [text] = action['object'] as Reference[];
    expect(entity((entity(text!['@id'])!['license'] as Reference)['@id'])).toMatchObject({ name: 'CC0-1.0' });
  });
});
