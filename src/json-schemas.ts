/** JSON Schemas of every file that people write, for editors: served, printed, and kept in the docs. */
import { alertFormats } from './alerts/index.ts';
import { changeFormats } from './changes/index.ts';
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
      return configJsonSchema();
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

/** Receivers take what is checked where they receive: keys of their formats are told to editors here. */
function configJsonSchema() {
  const config = jsonSchemaOf(configSchema(sourceKinds, chatKinds), { title: 'glimpse.yaml', isConfig: true });
  const sections = config.properties as Record<string, { readonly additionalProperties: { properties: object } }>;
  for (const [section, formats] of Object.entries({ hooks: alertFormats, changes: changeFormats })) {
    const receiver = sections[section]?.additionalProperties;
    const own = formats.map(
      ({ format, options }) => jsonSchemaOf(options, { title: format, isConfig: true }).properties,
    );
    if (receiver) receiver.properties = Object.assign({}, receiver.properties, ...own, receiver.properties);
  }
  return config;
}
