/** What the source imports, read from its own import statements while the site is built, and by the tests. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

/** A file of the project and its syntax; of a component, that of its script. */
export interface Source {
  /** From the project's folder, with slashes. */
  path: string;
  tree: ts.SourceFile;
}

export interface Import {
  /** The file's path from the project's folder, or the name of a package. */
  target: string;
  /** Whether nothing of it remains when the code runs. */
  typeOnly: boolean;
}

/** The files of a folder, tests and kernels aside: those are no TypeScript, though they end like it. */
export function sourcesIn(folder: string): Source[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => /\.(ts|svelte|astro|mdx)$/.test(path))
    .filter((path) => !/\.test\.ts$|\.fixture\.ts$|\/assembly\//.test(path))
    .map((path) => ({ path, tree: parseSource(path, readFileSync(path, 'utf8')) }));
}

/** The syntax of a file; a Svelte or Astro component is read by its script alone, an article by its imports. */
export function parseSource(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, scriptOf(path, text), ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
}

function scriptOf(path: string, text: string): string {
  const scripts = [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, script]) => script);
  if (path.endsWith('.svelte')) return scripts.join('\n');
  if (path.endsWith('.astro')) return [/^---\n([\s\S]*?)\n---/.exec(text)?.[1] ?? '', ...scripts].join('\n');
  if (path.endsWith('.mdx')) return (text.match(/^import .*$/gm) ?? []).join('\n');
  return text;
}

/** Calls `action` for a node and all below it. */
export function visit(node: ts.Node, action: (node: ts.Node) => void): void {
  action(node);
  ts.forEachChild(node, (child) => visit(child, action));
}

/** Every import of a file, by statement or on demand; an export from another file is one. */
export function importsOf({ path, tree }: Source): Import[] {
  const imports: Import[] = [];
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
    named.elements.every((element) => element.isTypeOnly)
  );
}
