/** The sums over paths as their page needs them: the sentence, the knobs, one reading, and the same in words. */
import {
  countPaths,
  type Edge,
  edgesBetween,
  type Graph,
  graphOf,
  type Path,
  strongestPath,
  sumOverPaths,
} from './paths.ts';

export const SENTENCE = ['⟨bos⟩', 'tell', 'no', 'one', 'what', 'I', 'say', 'to', 'you', 'now'] as const;

export interface Choice {
  /** How many tokens of the sentence. */
  tokens: number;
  layers: number;
  /** The share of attention that the first token gets on top of its part of the rest. */
  sink: number;
  source: number;
  target: number;
}

export const DEFAULT_CHOICE: Choice = { tokens: 9, layers: 3, sink: 0, source: 1, target: 8 };
export const TOKENS = { min: 6, max: SENTENCE.length };
export const LAYERS = { min: 2, max: 4 };
export const SINK = { min: 0, max: 0.95, step: 0.05 };

export interface Reading {
  choice: Choice;
  graph: Graph;
  edges: Edge[];
  strongest: Path | null;
  sum: number;
  paths: number;
  /** The sum at each step of the sink's knob, from none. */
  bySink: { sink: number; sum: number }[];
  /** What the thickest line stands for: the largest part of the sum through one edge, now or without a sink. */
  scale: number;
}

export function readPaths(choice: Choice): Reading {
  const { tokens, layers, sink, source, target } = choice;
  const graph = graphOf(tokens, layers, sink);
  const edges = edgesBetween(graph, source, target);
  const steps = Math.round((SINK.max - SINK.min) / SINK.step);
  const bySink = Array.from({ length: steps + 1 }, (_, step) => {
    const at = step * SINK.step;
    return { sink: at, sum: sumOverPaths(graphOf(tokens, layers, at), source, target) };
  });
  const all = [...edges, ...edgesBetween(graphOf(tokens, layers, 0), source, target)];
  return {
    choice,
    graph,
    edges,
    strongest: strongestPath(graph, source, target),
    sum: sumOverPaths(graph, source, target),
    paths: countPaths(graph, source, target),
    bySink,
    scale: Math.max(...all.map(({ through }) => through), Number.MIN_VALUE),
  };
}

export function writtenSum(sum: number): string {
  return sum !== 0 && sum < 0.01 ? sum.toPrecision(1) : sum.toFixed(2);
}

/** The tokens of a path in a row: `tell, tell, say, now`. */
function pathInWords({ tokens }: Path): string {
  return tokens.map((token) => SENTENCE[token]).join(' → ');
}

/** What the picture shows, in sentences. */
export function whisperInWords({ choice, strongest, sum, paths, bySink }: Reading): string {
  const source = `“${SENTENCE[choice.source]}”`;
  const target = `“${SENTENCE[choice.target]}”`;
  if (strongest === null)
    return `No path leads from ${source} to ${target}: attention looks back, so nothing is heard before it is said.`;
  const many = paths === 1 ? 'One path leads' : `${paths} paths lead`;
  const share = Math.round((100 * strongest.weight) / sum);
  const strongestOne = paths === 1 ? '' : ` The strongest carries ${share}\u202f% of that: ${pathInWords(strongest)}.`;
  const without = choice.sink === 0 ? '' : ` Without the sink the sum would be ${writtenSum(bySink[0]!.sum)}.`;
  return `${many} from ${source} to ${target} through ${choice.layers} layers. Together they weigh ${writtenSum(sum)}.${strongestOne}${without}`;
}
