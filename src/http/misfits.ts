/** What does not fit of what a program sent, in sentences: each says what should be there, from the bounds of the schema, and what is. */
import { z } from 'zod';
import { BotError } from '../domain/errors.ts';
import { nearest } from '../lib/nearest.ts';
import { code, codes, list } from '../questions/say.ts';

/** What was sent: its name in a sentence, and what its parts are called. */
const PLACES = {
  body: { whole: 'The body', part: 'key' },
  querystring: { whole: 'The address', part: 'parameter' },
  params: { whole: 'The address', part: 'part' },
  call: { whole: 'The call', part: 'argument' },
} as const;

/** Where something that was sent comes from. */
export type Place = keyof typeof PLACES;

/**
 * Checks what was sent.
 *
 * @throws BotError `HTTP_BAD_REQUEST` with a sentence for each thing that does not fit
 */
export function checked<Schema extends z.ZodType>(schema: Schema, data: unknown, place: Place): z.output<Schema> {
  // words of a schema's own stay; those of zod say neither what is there nor what could be
  const result = schema.safeParse(data, { error: () => '' });
  if (result.success) return result.data;
  throw new BotError('HTTP_BAD_REQUEST', sentencesOf(result.error.issues, schema, data, place).join(' '));
}

/**
 * What was sent, without names that hosts and pages add for themselves: those near none that the schema knows. Where something is
 * missing they stay, since one may be meant to be it.
 */
export function withoutAdded(schema: z.ZodType, data: unknown): unknown {
  if (!(schema instanceof z.ZodObject) || typeof data !== 'object' || data === null || Array.isArray(data)) return data;
  const known = Object.entries(schema.shape);
  const names = known.map(([name]) => name);
  if (known.some(([name, part]) => !Object.hasOwn(data, name) && !z.safeParse(part, undefined).success)) return data;
  // a single letter is near every other
  const isMeant = (name: string) => names.includes(name) || (name.length > 1 && nearest(name, names, 1).length > 0);
  return Object.fromEntries(Object.entries(data).filter(([name]) => isMeant(name)));
}

type Issue = z.core.$ZodIssue;

function sentencesOf(issues: readonly Issue[], schema: z.ZodType, data: unknown, place: Place): readonly string[] {
  const { whole } = PLACES[place];
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    const example = 'a JSON object such as {"q": "help"}';
    return data === null
      ? [`${whole} is missing; send ${example}.`]
      : [`${whole} should be ${example}, and is ${shown(data)}.`];
  }
  const given = data as Readonly<Record<string, unknown>>;
  const shape = shapeOf(schema);
  const unknown = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  const { sentence, meant } = unknownSentence(unknown, Object.keys(shape.properties), place);
  const odd = new Map(issues.flatMap((issue) => (issue.path.length > 0 ? [[String(issue.path[0]), issue]] : [])));
  const missing = [...odd.keys()].filter((name) => !Object.hasOwn(given, name) && name !== meant);
  const wrong = [...odd].filter(([name]) => Object.hasOwn(given, name));
  return [
    ...sentence,
    ...(missing.length > 0 ? [`${whole} lacks ${codes(missing)}.`] : []),
    ...wrong.map(([name, issue]) => wrongSentence(name, given[name], issue, shape, place)),
  ];
}

/** Says which names are none, and what the first was likely meant to be. */
function unknownSentence(unknown: readonly string[], names: readonly string[], place: Place) {
  const [first] = unknown;
  if (first === undefined) return { sentence: [] };
  const { part } = PLACES[place];
  const [meant] = unknown.length === 1 ? nearest(first, names, 1) : [];
  const known = names.length === 0 ? 'none' : list(names.map(code));
  const hint =
    meant === undefined ? `there ${names.length === 1 ? 'is' : 'are'} ${known}` : `did you mean ${code(meant)}?`;
  const none = unknown.length === 1 ? `is no ${part}` : `are no ${part}s`;
  return { sentence: [`${codes(unknown)} ${none} here; ${hint}${meant === undefined ? '.' : ''}`], meant };
}

function wrongSentence(name: string, value: unknown, issue: Issue, shape: Shape, place: Place): string {
  if (place === 'querystring' && Array.isArray(value)) {
    const times = value.length === 2 ? 'twice' : `${value.length} times`;
    return `${code(name)} is there ${times}; give it once.`;
  }
  const property = shape.properties[name] ?? {};
  if (typeof value === 'string' && value.length > (property.maxLength ?? value.length))
    return `${code(name)} should be text of at most ${property.maxLength} characters, and has ${value.length}.`;
  const wanted = issue.message || `should be ${wantedOf(property)}`;
  const orNone = value === null && !shape.required.has(name) ? ' or be left out' : '';
  const isText = property.type === 'string' && !property.enum;
  return `${code(name)} ${wanted}${orNone}, and is ${isText && typeof value !== 'string' ? kindOf(value) : shown(value)}.`;
}

function wantedOf({ type, enum: values, minimum, maximum }: Property): string {
  if (values)
    return list(
      values.map((value) => code(String(value))),
      'or',
    );
  if (type === 'boolean') return 'true or false';
  if (type === 'string') return 'text';
  return `a ${type === 'integer' ? 'whole number' : 'number'} from ${minimum} to ${maximum}`;
}

/** A value as a sentence names it, short and harmless. */
function shown(value: unknown): string {
  if (typeof value === 'object') return kindOf(value);
  const name = code(String(value));
  return name === '``' ? 'empty' : name;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

interface Property {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
}

interface Shape {
  readonly properties: Readonly<Record<string, Property>>;
  readonly required: ReadonlySet<string>;
}

function shapeOf(schema: z.ZodType): Shape {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return { properties: properties as Shape['properties'], required: new Set(required) };
}
