/** What describes a release to others is complete, of the terms they know, and of one mind. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { namedVersions } from './versions.mjs';

const read = (file: string) => readFileSync(file, 'utf8');
const { version, license } = JSON.parse(read('package.json')) as { version: string; license: string };
const zenodo = JSON.parse(read('.zenodo.json')) as Record<string, unknown> & {
  creators: { name: string }[];
  related_identifiers: Record<string, string>[];
};
const citation = read('CITATION.cff');
/** A field of the file's own, not of a work that it refers to. */
const citationField = (name: string) => new RegExp(`^${name}: *"?(.*?)"?$`, 'm').exec(citation)?.[1];

test('Zenodo finds what it requires of a deposit, in its own terms', () => {
  // https://developers.zenodo.org/#representation: deposit metadata.
  for (const field of ['title', 'description', 'upload_type', 'access_right', 'license'])
    expect(zenodo[field], field).toMatch(/\S/);
  expect(zenodo['upload_type']).toBe('software');
  expect(zenodo['access_right']).toBe('open');
  expect(zenodo['language']).toMatch(/^[a-z]{3}$/);
  expect(zenodo.creators.length).toBeGreaterThan(0);
  for (const { name } of zenodo.creators) expect(name).toMatch(/\S/);
  for (const { identifier, relation, resource_type } of zenodo.related_identifiers) {
    expect(identifier).toMatch(/^(?:arXiv:\d{4}\.\d{5}|10\.\d{4,}\/\S+|https:\/\/\S+)$/);
    expect(['references', 'cites', 'isSupplementTo', 'isDerivedFrom']).toContain(relation);
    expect(resource_type).toMatch(/^(?:publication-(?:preprint|article|conferencepaper)|software|dataset)$/);
  }
});

test('CITATION.cff has what version 1.2.0 of the format requires', () => {
  expect(citationField('cff-version')).toBe('1.2.0');
  for (const field of ['message', 'title']) expect(citationField(field), field).toMatch(/\S/);
  expect(citation).toMatch(/^authors:\n {2}- name: \S/m);
  expect(['software', 'dataset']).toContain(citationField('type'));
  const references = citation.slice(citation.indexOf('\nreferences:'));
  for (const field of ['- type', '  title', '  authors']) expect(references).toContain(`\n  ${field}:`);
  expect(citation).not.toContain('\t');
});

test('all of them name one version, title, author and licence', () => {
  const named = namedVersions(read);
  expect(Object.keys(named)).toHaveLength(5);
  expect(new Set(Object.values(named)), JSON.stringify(named)).toEqual(new Set([version]));
  expect([citationField('license'), zenodo['license']]).toEqual([license, license]);
  expect(citationField('title')).toBe(zenodo['title']);
  expect(/^authors:\n {2}- name: (.*)$/m.exec(citation)?.[1]).toBe(zenodo.creators[0]!.name);
});

test('a file that still names another version, or none, is told from the others', () => {
  const changed = namedVersions((file) =>
    file === 'package-lock.json' ? '{\n  "version": "0.0.9",' : file === 'CITATION.cff' ? '' : read(file),
  );
  expect(changed).toMatchObject({ 'package-lock.json': '0.0.9', '.zenodo.json': version });
  expect(changed['CITATION.cff']).toBeUndefined();
});

test('CHANGELOG.md keeps a changelog: what is unreleased first, then versions with their days, the newest first', () => {
  const headings = [...read('CHANGELOG.md').matchAll(/^## (.*)$/gm)].map(([, heading]) => heading!);
  expect(headings[0]).toBe('[Unreleased]');
  const versions = headings.slice(1).map((heading) => /^\[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$/.exec(heading)?.[1]);
  expect(versions).not.toContain(undefined);
  const ordered = [...versions].sort((a, b) => b!.localeCompare(a!, 'en', { numeric: true }));
  expect(versions).toEqual(ordered);
  const kinds = [...read('CHANGELOG.md').matchAll(/^### (.*)$/gm)].map(([, kind]) => kind!);
  for (const kind of kinds) expect(['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security']).toContain(kind);
});
