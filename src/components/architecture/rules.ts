/** What each part of the source may import: stated here, kept by `tests/architecture.test.ts`, drawn at `/architecture/`. */

export interface Rule {
  /** Folders and files of the project whose code it may use, its own aside. */
  imports: readonly string[];
  /** Those that it may take types from besides; nothing of them is left when the code runs. */
  typesFrom?: readonly string[];
}

/** Parts that know nothing of the site. */
const CORE = [
  'src/benchmark',
  'src/decoding',
  'src/weights',
  'src/results',
  'src/training',
  'src/engine',
  'src/measures',
  'src/statistics',
  'src/paper',
  'src/transformer',
] as const;
const SITE = ['src/layouts', 'src/components', 'src/content', 'src/data', 'src/styles', 'public'] as const;

/** By folder, from what is used by nothing to what uses nothing. */
export const RULES: Readonly<Record<string, Rule>> = {
  'src/pages': { imports: [...SITE, ...CORE, 'package.json'] },
  'src/layouts': { imports: [...SITE, ...CORE] },
  'src/components': { imports: [...SITE, ...CORE] },
  'src/content': { imports: ['src/results', 'src/paper', 'public'] },
  'src/offline': { imports: [] },
  pipeline: { imports: CORE },
  'src/benchmark': { imports: ['src/engine', 'src/transformer'] },
  'src/decoding': { imports: ['src/transformer'] },
  'src/weights': { imports: ['src/transformer'], typesFrom: ['src/training'] },
  'src/results': { imports: ['src/training', 'src/statistics', 'src/transformer'] },
  'src/training': { imports: ['src/engine', 'src/transformer', 'src/measures'], typesFrom: ['src/results'] },
  'src/engine': { imports: ['src/transformer'] },
  'src/measures': { imports: [], typesFrom: ['src/engine', 'src/transformer', 'src/results'] },
  'src/statistics': { imports: [], typesFrom: ['src/transformer'] },
  'src/paper': { imports: [] },
  'src/transformer': { imports: [] },
};

/** Parts whose code runs in Node and in the browser and gives the same bits in both. */
export const PORTABLE: readonly string[] = [
  'src/transformer',
  'src/engine',
  'src/decoding',
  'src/weights',
  'src/benchmark',
  'src/training',
  'src/measures',
  'src/statistics',
];

/** Whether a path is one of the folders or files, or stands in one. */
export function isWithin(path: string, places: readonly string[]): boolean {
  return places.some((place) => path === place || path.startsWith(`${place}/`));
}

/** Whether a target is a file of the project, not a package. */
export function isOfProject(target: string): boolean {
  return /^(src|pipeline|public|scripts|tests)\//.test(target) || target === 'package.json';
}
