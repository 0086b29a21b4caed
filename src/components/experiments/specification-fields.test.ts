import { expect, test } from 'vitest';
import { specificationFixture } from '../../results/run.fixture.ts';
import { runSpecification } from '../../training/specification.ts';
import { SPECIFICATION_FIELDS } from './specification-fields.ts';

/** Another value of each field that is no number; a number is halved. */
const OTHERS: Record<string, unknown> = {
  'model.attention': 'sigmoid',
  'model.window': { length: 4, first: 1 },
  'model.positions': 'none',
  'model.norm': 'layer',
  'model.mlp': 'relu',
  'model.tiedHead': true,
  'data.corpus': 'another',
  'data.bos': 'none',
  'data.mask': 'document',
  'data.uniqueTokens': 1000,
  'data.language': { unit: 'token', order: 1, triggers: 3 },
  engine: 'kernels',
};

function leaves(value: object, path: string[] = []): string[][] {
  return Object.entries(value).flatMap(([key, inner]) =>
    inner !== null && typeof inner === 'object' ? leaves(inner, [...path, key]) : [[...path, key]],
  );
}

const texts = (specification: typeof specificationFixture) => SPECIFICATION_FIELDS.map(({ of }) => of(specification));

const paths = leaves(specificationFixture).filter(([first]) => first !== 'seed');

test.each(paths.map((path) => path.join('.')))('%s: a change of it is seen in a field', (path) => {
  const changed = structuredClone(specificationFixture);
  const keys = path.split('.');
  const last = keys.pop()!;
  let inner: Record<string, unknown> = changed;
  for (const key of keys) inner = inner[key] as Record<string, unknown>;
  inner[last] = path in OTHERS ? OTHERS[path] : (inner[last] as number) / 2;
  if (path in OTHERS) expect(runSpecification.safeParse(changed).error).toBeUndefined();
  const [before, after] = [texts(specificationFixture), texts(changed)];
  expect(after.filter((text, index) => text !== before[index])).toHaveLength(1);
});

test('labels are unique', () => {
  const labels = SPECIFICATION_FIELDS.map(({ label }) => label);
  expect(new Set(labels).size).toBe(labels.length);
});
