/** The source as the architecture page shows it, read once a build. */
import { readFileSync } from 'node:fs';
import { type Arrow, countImports, inOrder } from './graph.ts';
import { sourcesIn } from './imports.ts';
import { readMap } from './readme-map.ts';
import { RULES } from './rules.ts';

/** A drawing: its parts from top to bottom, their imports, and what README says of each. */
export interface Storey {
  parts: string[];
  arrows: Arrow[];
  aboutOf: Map<string, string>;
}

const sources = ['src', 'pipeline'].flatMap(sourcesIn);
const aboutOf = readMap(readFileSync('README.md', 'utf8'));

/** The parts that have a rule, in the rules' order. */
export function house(): Storey {
  const parts = Object.keys(RULES);
  return { parts, arrows: countImports(sources, parts), aboutOf };
}

/** What stands in one folder, by README's map. */
export function inside(folder: string): Storey {
  const parts = [...aboutOf.keys()].filter((place) => place.startsWith(`${folder}/`));
  const arrows = countImports(sources, parts);
  return { parts: inOrder(parts, arrows), arrows, aboutOf };
}
