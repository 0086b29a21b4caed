/** The result schemas as JSON Schema, for readers in other languages. */
import { z } from 'zod';
import { analysisResult, experimentResult, newSeeds, resultIndex, run } from './schema.ts';

const schemas = {
  'run.schema.json': { schema: run, title: 'First Token: one training run (results/runs/<id>.json)' },
  'analysis.schema.json': {
    schema: analysisResult,
    title: "First Token: an analysis of a run's weights (results/analyses/<id>.json)",
  },
  'experiment.schema.json': {
    schema: experimentResult,
    title: 'First Token: an experiment (results/<experiment>.json)',
  },
  'new-seeds.schema.json': {
    schema: newSeeds,
    title: 'First Token: new seeds beside the published ones (results/new-seeds/<experiment>.json)',
  },
  'index.schema.json': { schema: resultIndex, title: 'First Token: all experiments (results/index.json)' },
};

/** JSON Schemas (draft 2020-12) by the name of the file that holds them. */
export function jsonSchemas(): Record<string, object> {
  return Object.fromEntries(
    Object.entries(schemas).map(([file, { schema, title }]) => [file, { title, ...z.toJSONSchema(schema) }]),
  );
}
