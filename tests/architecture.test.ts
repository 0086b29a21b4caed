/**
 * Keeps what the design promises of the source as a whole: the direction of imports, and that nothing whose bits differ
 * between JavaScript engines, and nothing of the DOM or of Node, reaches a result.
 */
import { existsSync, readdirSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { importsOf, type Source, sourcesIn, visit } from '../src/components/architecture/imports.ts';
import { isOfProject, isWithin, PORTABLE, RULES } from '../src/components/architecture/rules.ts';

/** Exactly specified, so the same in every JavaScript engine; the rest of Math is not. */
const EXACT_MATH = ['abs', 'ceil', 'floor', 'max', 'min', 'round', 'sign', 'trunc', 'sqrt', 'fround', 'imul', 'clz32'];
const HOST_GLOBALS = ['Date', 'document', 'window', 'process', 'localStorage', 'performance'];

describe('imports go one way', () => {
  it.each(Object.keys(RULES))('%s', (folder) => {
    const { imports, typesFrom = [] } = RULES[folder]!;
    const allowed = [folder, ...imports];
    const wrong = sourcesIn(folder).flatMap((source) =>
      importsOf(source)
        .filter(({ target }) => isOfProject(target))
        .filter(({ target, typeOnly }) => !isWithin(target, typeOnly ? [...allowed, ...typesFrom] : allowed))
        .map(({ target }) => `${source.path} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('sees imports at all', () => {
    const loop = sourcesIn('src/training').find(({ path }) => path.endsWith('loop.ts'))!;
    expect(importsOf(loop)).toContainEqual({ target: 'src/results/schema.ts', typeOnly: true });
  });

  it('has a rule for every folder of code', () => {
    const folders = readdirSync('src', { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `src/${name}`)
      .filter((folder) => sourcesIn(folder).length > 0);
    expect([...folders, 'pipeline'].sort()).toEqual(Object.keys(RULES).sort());
    for (const place of Object.values(RULES).flatMap(({ imports, typesFrom = [] }) => [...imports, ...typesFrom])) {
      expect(existsSync(place), place).toBe(true);
    }
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
