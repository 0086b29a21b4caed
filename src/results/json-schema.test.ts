import { describe, expect, it } from 'vitest';
import { jsonSchemas } from './json-schema.ts';
import { SCHEMA_VERSION } from './schema.ts';

interface ObjectSchema {
  title: string;
  required: string[];
  additionalProperties: boolean;
  properties: Record<string, { const?: number; pattern?: string; minimum?: number; properties?: unknown }>;
}

describe('jsonSchemas', () => {
  it('describes each kind of file, with the version it holds for', () => {
    const schemas = jsonSchemas() as Record<string, ObjectSchema>;
    expect(Object.keys(schemas)).toEqual([
      'run.schema.json',
      'analysis.schema.json',
      'experiment.schema.json',
      'new-seeds.schema.json',
      'index.schema.json',
    ]);
    for (const schema of Object.values(schemas)) {
      expect(schema.properties.schemaVersion!.const).toBe(SCHEMA_VERSION);
      expect(schema.required).toContain('schemaVersion');
      expect(schema.additionalProperties).toBe(false);
    }
    expect(schemas['run.schema.json']!.required).toContain('evaluations');
    expect(schemas['run.schema.json']!.properties.id!.pattern).toBe('^[0-9a-f]+$');
  });
});
