/** JSON Schemas for editors, made from the schemas that files are checked with. */
import { z } from 'zod';
import { isSecret, shapeOf, valueSchemaOf } from './check-shape.ts';

/** What is to be made. */
export interface JsonSchemaOptions {
  readonly title: string;
  /** Whether `${NAME}` may stand for any value and secrets may come from files, as in `glimpse.yaml`. */
  readonly isConfig: boolean;
}

type Json = Record<string, unknown>;

/** What editors show as an environment variable that stands for a value of another type. */
const FROM_ENVIRONMENT = { type: 'string', pattern: '\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}' };

/** Makes a JSON Schema (draft 7, which YAML editors know best) of what a file may hold. */
export function jsonSchemaOf(schema: z.ZodType, { title, isConfig }: JsonSchemaOptions): Json {
  const made = z.toJSONSchema(schema, {
    target: 'draft-07',
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const json = jsonSchema as Json;
      delete json.secret;
      const given = (zodSchema._zod.def as { readonly defaultValue?: unknown }).defaultValue;
      if (json.type === 'string' && typeof given === 'number') json.default = durationText(given);
      if (!isConfig) return;
      addSecretFiles(zodSchema, json);
      if (json.propertyNames) keepNames(json);
      else if (isNarrow(json)) allowEnvironment(json);
    },
  });
  const { $schema, ...rest } = made as Json;
  return { $schema, title, ...rest };
}

/** A default that the schema has in ms, as people write it. */
function durationText(ms: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ] as const;
  const [unit, size] = units.find(([, unitMs]) => ms % unitMs === 0) ?? (['ms', 1] as const);
  return `${ms / size}${unit}`;
}

/** Names of keys are never read from the environment. A map of secrets also has `<key>_file`, which no pattern knows. */
function keepNames(json: Json): void {
  const names = json.propertyNames as { readonly anyOf?: readonly Json[] };
  json.propertyNames = names.anyOf?.[0] ?? names;
  if (json.isOfSecrets === true) delete json.propertyNames;
  delete json.isOfSecrets;
}

/** For each secret its `<key>_file`; one of the two satisfies what is required. */
function addSecretFiles(schema: unknown, json: Json): void {
  if (isSecret(valueSchemaOf(schema))) json.isOfSecrets = true;
  const secrets = Object.entries(shapeOf(schema)).filter(([, field]) => isSecret(field));
  const properties = json.properties as Json | undefined;
  if (!properties || json.type !== 'object') return;
  for (const [key, field] of secrets) {
    const description = `Path of a file that holds \`${key}\``;
    properties[`${key}_file`] = { type: 'string', minLength: 1, description };
    const required = json.required as string[] | undefined;
    if (!required?.includes(key) || field === undefined) continue;
    json.required = required.filter((name) => name !== key);
    const either = { anyOf: [{ required: [key] }, { required: [`${key}_file`] }] };
    json.allOf = [...((json.allOf as Json[] | undefined) ?? []), either];
  }
}

/** Whether a schema would refuse `${NAME}`: numbers, truth values, enumerations, texts of a form. */
function isNarrow(json: Json): boolean {
  if (json.const !== undefined || json.anyOf !== undefined) return false;
  const { type } = json;
  if (type === 'number' || type === 'integer' || type === 'boolean') return true;
  return type === 'string' && (json.enum !== undefined || json.format !== undefined || json.pattern !== undefined);
}

function allowEnvironment(json: Json): void {
  const { description, default: given, ...narrow } = json;
  for (const key of Object.keys(narrow)) delete json[key];
  json.anyOf = [narrow, FROM_ENVIRONMENT];
  if (description !== undefined) json.description = description;
  if (given !== undefined) json.default = given;
}
