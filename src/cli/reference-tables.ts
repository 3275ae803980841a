/** Tables of keys for the docs, made from the JSON Schemas that editors use. */

/** As much of a JSON Schema as the tables read. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly required?: readonly string[];
  readonly allOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly pattern?: string;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

/** A markdown table of an object's keys: what each takes, what it is when left out, what it means. */
export function tableOfKeys(schema: JsonSchema, except: readonly string[] = []): string {
  const rows = Object.entries(schema.properties ?? {})
    .filter(([key]) => !key.endsWith('_file') && !except.includes(key))
    .map(([key, field]) => [`\`${key}\``, takes(key, field, schema), defaultOf(key, field, schema), meaning(field)]);
  const lines = [['Key', 'Takes', 'Default', 'Meaning'], ['---', '---', '---', '---'], ...rows];
  return lines.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** The object inside a union with a list, text, or what may come from the environment. */
export function objectIn(schema: JsonSchema | undefined): JsonSchema {
  if (schema?.properties) return schema;
  const inner = [...(schema?.anyOf ?? []), ...(schema?.oneOf ?? []), ...(schema?.items ? [schema.items] : [])];
  for (const one of inner) {
    const found = objectIn(one);
    if (found.properties) return found;
  }
  return {};
}

function takes(key: string, field: JsonSchema, parent: JsonSchema): string {
  const file = `${key}_file`;
  return parent.properties?.[file] ? `text, or \`${file}\`` : typeOf(field);
}

/** Whether a union's branch is only the text `${NAME}`. */
function isFromEnvironment({ type, pattern }: JsonSchema): boolean {
  return type === 'string' && pattern?.startsWith('\\$\\{') === true;
}

function typeOf(schema: JsonSchema): string {
  const { type, items, additionalProperties, enum: values } = schema;
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (values) return values.map((value) => `\`${String(value)}\``).join(', ');
  if (Array.isArray(type)) return [...new Set(type.map((one: string) => typeOf({ type: one })))].join(' or ');
  const branches = (schema.anyOf ?? schema.oneOf ?? []).filter((branch) => !isFromEnvironment(branch));
  // a union within a union
  if (branches.length > 0) return [...new Set(branches.flatMap((branch) => typeOf(branch).split(' or ')))].join(' or ');
  if (type === 'array') return items && items.type === 'string' ? 'list of texts' : 'list';
  if (type === 'object') return typeof additionalProperties === 'object' ? 'map by name' : 'map';
  return type === 'string' ? 'text' : type === 'boolean' ? 'true, false' : type === undefined ? 'anything' : 'number';
}

function defaultOf(key: string, { default: given }: JsonSchema, parent: JsonSchema): string {
  const either = (parent.allOf ?? []).some(({ anyOf = [] }) => anyOf.some(({ required }) => required?.includes(key)));
  if (parent.required?.includes(key) || either) return '**required**';
  if (given === undefined || given === '') return '';
  if (typeof given === 'object') return Object.keys(given ?? {}).length === 0 ? '' : `\`${yamlOf(given)}\``;
  return `\`${String(given)}\``;
}

function yamlOf(value: unknown): string {
  return JSON.stringify(value).replaceAll('"', '').replaceAll(':', ': ').replaceAll(',', ', ');
}

/** A description as one cell: a bar would end it; kinds write theirs with or without a capital and a full stop. */
function meaning({ description, anyOf = [] }: JsonSchema): string {
  const said = description ?? anyOf.find((branch) => branch.description !== undefined)?.description ?? '';
  const text = said.replaceAll('|', '\\|').replaceAll('\n', ' ').replace(/\.$/, '');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
