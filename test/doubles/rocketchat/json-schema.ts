/** The part of JSON Schema that the server's request checks use, failing with the same words as Ajv does. */

/** A schema; `nullable` lets null pass, types are coerced as query strings need it. */
export interface Schema {
  readonly type?: 'object' | 'string' | 'number' | 'boolean' | 'array';
  readonly nullable?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly format?: 'iso-date-time';
}

/**
 * Checks a value; the messages of what is wrong, none when it is right. Like Ajv it stops at the first fault, but
 * lists those of every branch of a choice.
 */
export function faultsOf(schema: Schema, given: unknown): string[] {
  const value = coerced(schema, given);
  if (value === MISFIT) return [`must be ${schema.type}`];
  for (const check of [faultsOfText, faultsOfChoice, faultsOfItems, faultsOfObject]) {
    const faults = check(schema, value);
    if (faults.length > 0) return faults;
  }
  return [];
}

const MISFIT = Symbol('of no fitting type');

/** The value in the schema's type, by Ajv's rules of coercion; {@link MISFIT} when it cannot be. */
function coerced({ type, nullable }: Schema, value: unknown): unknown {
  if (type === undefined || isOfType(type, value) || (nullable && value === null)) return value;
  const turned = turnInto(type, value);
  if (turned !== undefined) return turned;
  return nullable && (value === '' || value === 0 || value === false) ? null : MISFIT;
}

function isOfType(type: NonNullable<Schema['type']>, value: unknown): boolean {
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

function turnInto(type: NonNullable<Schema['type']>, value: unknown): unknown {
  const isScalar = typeof value === 'number' || typeof value === 'boolean';
  if (type === 'string') return isScalar ? String(value) : value === null ? '' : undefined;
  if (type === 'number') {
    const isNumeric = typeof value === 'string' && value !== '' && Number.isFinite(Number(value));
    return isNumeric || typeof value === 'boolean' || value === null ? Number(value) : undefined;
  }
  if (type !== 'boolean') return undefined;
  if (value === 'false' || value === 0 || value === null) return false;
  return value === 'true' || value === 1 ? true : undefined;
}

function faultsOfText(schema: Schema, value: unknown): string[] {
  if (typeof value !== 'string') return [];
  if (schema.minLength !== undefined && value.length < schema.minLength) {
    return [`must NOT have fewer than ${schema.minLength} characters`];
  }
  if (schema.format !== undefined && !/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d/i.test(value)) {
    return [`must match format "${schema.format}"`];
  }
  return [];
}

function faultsOfChoice({ enum: allowed, oneOf, anyOf }: Schema, value: unknown): string[] {
  if (allowed !== undefined && !allowed.includes(value as string)) {
    return ['must be equal to one of the allowed values'];
  }
  for (const [choices, max, words] of [
    [anyOf, Number.POSITIVE_INFINITY, 'must match a schema in anyOf'],
    [oneOf, 1, 'must match exactly one schema in oneOf'],
  ] as const) {
    if (choices === undefined) continue;
    const results = choices.map((choice) => faultsOf(choice, value));
    const matching = results.filter((faults) => faults.length === 0).length;
    if (matching === 0) return [...results.flat(), words];
    if (matching > max) return [words];
  }
  return [];
}

function faultsOfItems({ items }: Schema, value: unknown): string[] {
  if (items === undefined || !Array.isArray(value)) return [];
  return value.map((item) => faultsOf(items, item)).find((faults) => faults.length > 0) ?? [];
}

function faultsOfObject({ properties = {}, required = [], additionalProperties }: Schema, value: unknown): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const fields = value as Record<string, unknown>;
  const missing = required.find((name) => fields[name] === undefined);
  if (missing !== undefined) return [`must have required property '${missing}'`];
  if (additionalProperties === false && Object.keys(fields).some((name) => !(name in properties))) {
    return ['must NOT have additional properties'];
  }
  for (const [name, schema] of Object.entries(properties)) {
    const faults = fields[name] === undefined ? [] : faultsOf(schema, fields[name]);
    if (faults.length > 0) return faults;
  }
  return [];
}
