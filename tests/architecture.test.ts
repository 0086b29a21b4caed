/**
 * Keeps what the design promises of the source as a whole: the direction of imports, and that nothing whose bits differ
 * between JavaScript engines, and nothing of the DOM or of Node, reaches a result.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What each room may import from the project, types aside for `typesOnly`. */
const ROOMS: Record<string, { imports: string[]; typesFrom?: string[] }> = {
  'src/transformer': { imports: ['src/transformer'] },
  'src/engine': { imports: ['src/engine', 'src/transformer'] },
  'src/measures': { imports: ['src/measures'], typesFrom: ['src/engine', 'src/transformer', 'src/results'] },
  'src/statistics': { imports: ['src/statistics'], typesFrom: ['src/transformer'] },
  'src/training': {
    imports: ['src/training', 'src/engine', 'src/transformer', 'src/measures'],
    typesFrom: ['src/results'],
  },
  'src/decoding': { imports: ['src/decoding', 'src/transformer'] },
  'src/weights': { imports: ['src/weights', 'src/transformer'] },
  'src/benchmark': { imports: ['src/benchmark', 'src/engine', 'src/transformer'] },
  'src/results': { imports: ['src/results', 'src/training', 'src/statistics', 'src/transformer'] },
  'src/paper': { imports: ['src/paper'] },
  'src/components': { imports: ['src', 'public'] },
  'src/layouts': { imports: ['src', 'public'] },
  'src/pages': { imports: ['src', 'public', 'package.json'] },
  pipeline: {
    imports: [
      'pipeline',
      'src/transformer',
      'src/engine',
      'src/decoding',
      'src/weights',
      'src/benchmark',
      'src/training',
      'src/measures',
      'src/statistics',
      'src/results',
      'src/paper',
    ],
  },
};

/** Rooms whose code runs in Node and in the browser and gives the same bits in both. */
const PORTABLE = [
  'src/transformer',
  'src/engine',
  'src/decoding',
  'src/weights',
  'src/benchmark',
  'src/training',
  'src/measures',
  'src/statistics',
];

/** Exactly specified, so the same in every JavaScript engine; the rest of Math is not. */
const EXACT_MATH = ['abs', 'ceil', 'floor', 'max', 'min', 'round', 'sign', 'trunc', 'sqrt', 'fround', 'imul', 'clz32'];
const HOST_GLOBALS = ['Date', 'document', 'window', 'process', 'localStorage', 'performance'];

interface Source {
  path: string;
  tree: ts.SourceFile;
}

function sourcesIn(room: string): Source[] {
  if (!existsSync(join(root, room))) return [];
  return readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
    .map((path) => `${room}/${path.replaceAll('\\', '/')}`)
    .filter((path) => /\.(ts|svelte|astro)$/.test(path))
    .filter((path) => !/\.test\.ts$|\.fixture\.ts$|\/assembly\//.test(path))
    .map((path) => ({ path, tree: parse(path) }));
}

/** A Svelte or Astro component is read by its script alone. */
function parse(path: string): ts.SourceFile {
  let text = readFileSync(join(root, path), 'utf8');
  if (path.endsWith('.astro')) text = /^---\n([\s\S]*?)\n---/.exec(text)?.[1] ?? '';
  if (path.endsWith('.svelte'))
    text = [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, s]) => s).join('\n');
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
}

function visit(node: ts.Node, action: (node: ts.Node) => void): void {
  action(node);
  ts.forEachChild(node, (child) => visit(child, action));
}

function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  const clause = node.importClause;
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  return (
    clause.name === undefined &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.every((e) => e.isTypeOnly)
  );
}

function importsOf({ path, tree }: Source): { target: string; typeOnly: boolean }[] {
  const imports: { target: string; typeOnly: boolean }[] = [];
  const add = (specifier: string, typeOnly: boolean) => {
    const target = specifier.startsWith('.')
      ? normalize(join(dirname(path), specifier)).replaceAll('\\', '/')
      : specifier;
    imports.push({ target: target.replace(/\?.*$/, ''), typeOnly });
  };
  visit(tree, (node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      add((node.moduleSpecifier as ts.StringLiteral).text, isTypeOnly(node));
    }
    const [argument] = ts.isCallExpression(node) ? node.arguments : [];
    if (
      ts.isCallExpression(node) &&
      node.expression.kind === ts.SyntaxKind.ImportKeyword &&
      argument &&
      ts.isStringLiteral(argument)
    ) {
      add(argument.text, false);
    }
  });
  return imports;
}

function isWithin(target: string, rooms: readonly string[]): boolean {
  return rooms.some((room) => target === room || target.startsWith(`${room}/`));
}

function isProjectPath(target: string): boolean {
  return /^(src|pipeline|public|scripts|tests)\//.test(target) || target === 'package.json';
}

describe('imports go one way', () => {
  it.each(Object.keys(ROOMS))('%s', (room) => {
    const { imports, typesFrom = [] } = ROOMS[room]!;
    const sources = sourcesIn(room);
    const wrong = sources.flatMap((source) =>
      importsOf(source)
        .filter(({ target }) => isProjectPath(target))
        .filter(({ target, typeOnly }) => !isWithin(target, typeOnly ? [...imports, ...typesFrom] : imports))
        .map(({ target }) => `${source.path} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('sees imports at all', () => {
    const loop = sourcesIn('src/training').find(({ path }) => path.endsWith('loop.ts'))!;
    expect(importsOf(loop)).toContainEqual({ target: 'src/results/schema.ts', typeOnly: true });
  });
});

/** Names in a portable source that belong to one host or whose results differ between engines. */
function hostDependent({ path, tree }: Source): string[] {
  const found: string[] = [];
  const ownNames = new Set<string>(); // a text is a document too
  visit(tree, (node) => {
    if (
      (ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node)) &&
      ts.isIdentifier(node.name)
    ) {
      ownNames.add(node.name.text);
    }
  });
  visit(tree, (node) => {
    if (ts.isPropertyAccessExpression(node) && node.expression.getText(tree) === 'Math') {
      const name = node.name.text;
      const isConstant = name === name.toUpperCase();
      if (!isConstant && !EXACT_MATH.includes(name)) found.push(`${path}: Math.${name}`);
    }
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.AsteriskAsteriskToken) {
      const base = node.left.getText(tree);
      if (!/^[0-9_]+$/.test(base)) found.push(`${path}: ${node.getText(tree)} (a power is Math.pow)`);
    }
    const isName = ts.isIdentifier(node) && HOST_GLOBALS.includes(node.text) && !ownNames.has(node.text);
    const isFree =
      isName &&
      !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) &&
      !ts.isPropertySignature(node.parent) &&
      !ts.isPropertyAssignment(node.parent);
    if (isFree) found.push(`${path}: ${node.text}`);
  });
  const nodeImports = importsOf({ path, tree }).filter(({ target }) => target.startsWith('node:'));
  return [...found, ...nodeImports.map(({ target }) => `${path}: ${target}`)];
}

describe('code that reaches a result runs anywhere with the same bits', () => {
  it.each(PORTABLE)('%s', (room) => {
    const sources = sourcesIn(room);
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.flatMap(hostDependent)).toEqual([]);
  });

  it('recognises what it forbids', () => {
    const text = 'Math.exp(1); Date.now(); x ** 0.5; Math.sqrt(2); 2 ** -24; Math.PI;';
    const tree = ts.createSourceFile('a.ts', text, ts.ScriptTarget.Latest, true);
    expect(hostDependent({ path: 'a.ts', tree })).toEqual([
      'a.ts: Math.exp',
      'a.ts: Date',
      'a.ts: x ** 0.5 (a power is Math.pow)',
    ]);
  });
});
