/** JSON Schemas of every file that people write, for editors: served, printed, and kept in the docs. */
import { chatKinds } from './chat/index.ts';
import { jsonSchemaOf } from './config/json-schema.ts';
import { configSchema } from './config/schema.ts';
import { queriesFileSchema } from './queries/schema.ts';
import { ExpectationFile } from './recording/expectation-schema.ts';
import { Recording } from './recording/recording.ts';
import { sourceKinds } from './sources/index.ts';

/** What there is a schema of, by the name it is asked for. */
export const SCHEMA_NAMES = ['config', 'query', 'tests', 'recording'] as const;

/** A name of {@link SCHEMA_NAMES}. */
export type SchemaName = (typeof SCHEMA_NAMES)[number];

/** Makes a schema (draft 7, which YAML editors know best); takes some 50 ms. */
export function makeJsonSchema(name: SchemaName): Readonly<Record<string, unknown>> {
  switch (name) {
    case 'config':
      return jsonSchemaOf(configSchema(sourceKinds, chatKinds), { title: 'glimpse.yaml', isConfig: true });
    case 'query': {
      const queries = jsonSchemaOf(queriesFileSchema(sourceKinds), { title: 'Saved queries', isConfig: false });
      const definition = queries.additionalProperties as Record<string, unknown>;
      definition.oneOf = sourceKinds.map(({ kind }) => ({ required: [kind] }));
      return queries;
    }
    case 'tests':
      return jsonSchemaOf(ExpectationFile, { title: 'Tests of saved queries', isConfig: false });
    case 'recording':
      return jsonSchemaOf(Recording, { title: 'Recorded data', isConfig: false });
  }
}
