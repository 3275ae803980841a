/** Checks data from a file against a zod schema and says every fault in our own words, at its line. */
import { z } from 'zod';
import { nearest } from '../lib/nearest.ts';
import { type DataPath, type Fault, formatPath } from './fault.ts';
import type { YamlFile } from './yaml-file.ts';

/** Data that fits, or why not. */
export type Shape<T> =
  | { readonly value: T; readonly faults: readonly [] }
  | { readonly value?: undefined; readonly faults: readonly Fault[] };

/** Checks `value`, which stands at `base` in the file. */
export function checkShape<T>(schema: z.ZodType<T>, value: unknown, yaml: YamlFile, base: DataPath = []): Shape<T> {
  const known = new WeakMap<readonly string[], Known>();
  const result = schema.safeParse(value, { error: (issue) => words(issue, known), reportInput: true });
  if (result.success) return { value: result.data, faults: [] };
  const context: Context = { yaml, known, meant: new Set() };
  const faults = result.error.issues.flatMap((issue) => toFaults(issue, base, context));
  return { faults: faults.filter((fault) => !followsFromAnother(fault, context)) };
}

/** A key that was only mistyped is no missing one; what YAML could not read has its fault already. */
function followsFromAnother({ path, message, line, column }: Fault, { meant, yaml }: Context): boolean {
  if (meant.has(path) && message.startsWith(MISSING)) return true;
  return yaml.faults.some((fault) => fault.path === path && fault.line === line && fault.column === column);
}

/** What turning issues into faults needs and gathers. */
interface Context {
  readonly yaml: YamlFile;
  readonly known: WeakMap<readonly string[], Known>;
  /** Paths of keys that were probably mistyped; that they are missing too need not be said. */
  readonly meant: Set<string>;
}

const MISSING = 'is missing';
/** What a union says that has no words of its own. */
const OF_NO_TYPE = 'is not of a type that can be used here';

/** What a map may hold: its keys, and for keys of the maps below it where they belong. */
interface Known {
  readonly keys: readonly string[];
  readonly below: ReadonlyMap<string, string>;
}

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

function toFaults(issue: Issue, base: DataPath, context: Context): Fault[] {
  const { yaml } = context;
  const path = [...base, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, path, context.known.get(issue.keys), context));
    case 'invalid_key':
      return [yaml.faultAt(path, issue.issues[0]?.message ?? issue.message, 'key')];
    case 'invalid_union': {
      const branch = likeliest(issue);
      if (branch) return branch.flatMap((inner) => toFaults(inner, path, context));
      const expected = expectedBy(issue);
      return [yaml.faultAt(path, expected === '' ? issue.message : typeWords(expected, issue.input))];
    }
    case 'invalid_type':
      // a schema's own words are about what is there
      return [yaml.faultAt(path, issue.input === undefined ? typeWords(issue.expected, undefined) : issue.message)];
    case 'custom':
      return [yaml.faultAt(path, issue.message, 'value', offsetOf(issue.params))];
    default:
      return [yaml.faultAt(path, issue.message)];
  }
}

/** A check may say where in a text it tripped: `params: { at }`, in UTF-16 units. */
function offsetOf(params: Readonly<Record<string, unknown>> | undefined): number {
  return typeof params?.at === 'number' ? params.at : 0;
}

/**
 * Of a union's branches the one that was meant: whose outermost type fits, then the one whose own keys are least at
 * fault. None where several are as likely and the schema itself says what they are.
 */
function likeliest({ errors, message }: Issue & { readonly code: 'invalid_union' }): readonly Issue[] | undefined {
  const fitting = branchesOf(errors)
    .map((issues) => ({ issues, strangeness: strangenessOf(issues) }))
    .toSorted((a, b) => a.strangeness - b.strangeness || a.issues.length - b.issues.length);
  const [first, , third] = fitting;
  const isAnyOf = first !== undefined && first.strangeness > 1 && first.strangeness === third?.strangeness;
  return isAnyOf && message !== OF_NO_TYPE ? undefined : first?.issues;
}

/** The branches of whose type a value is, those of unions within a union among them. */
function branchesOf(errors: readonly (readonly Issue[])[]): readonly (readonly Issue[])[] {
  return errors.flatMap((issues) => {
    const [only] = issues;
    if (issues.length === 1 && only?.code === 'invalid_union' && only.path.length === 0) return branchesOf(only.errors);
    return issues.some(isOfTheWhole) ? [] : [issues];
  });
}

/** How many keys of a branch are missing or unknown. */
function strangenessOf(issues: readonly Issue[]): number {
  return issues.filter(
    ({ code, path, input }) =>
      (code === 'unrecognized_keys' && path.length === 0) || (path.length === 1 && input === undefined),
  ).length;
}

/** The types that a union's branches want, where none of them has its type: `text or a list`. */
function expectedBy({ errors }: Issue & { readonly code: 'invalid_union' }): string {
  const types = errors.flat().flatMap((issue) => {
    if (issue.code === 'invalid_type' && issue.path.length === 0) return [TYPE_WORDS[issue.expected] ?? issue.expected];
    return issue.code === 'invalid_union' && issue.path.length === 0 ? [expectedBy(issue)] : [];
  });
  return [...new Set(types)].filter(Boolean).join(' or ');
}

function isOfTheWhole({ code, path }: Issue): boolean {
  return path.length === 0 && ['invalid_type', 'invalid_value', 'invalid_union'].includes(code);
}

const SHOWN_KEYS_MAX = 14;

function unknownKey(key: string, path: DataPath, known: Known | undefined, { yaml, meant }: Context): Fault {
  const keys = known?.keys ?? [];
  const fault = (hint: string) => yaml.faultAt([...path, key], `is no key here${hint}`, 'key');
  const parent = known?.below.get(key);
  if (parent !== undefined) return fault(`; it belongs under \`${parent}\``);
  const near = nearest(key, keys, 1)[0];
  if (near === undefined) return fault(keys.length === 0 ? '' : `; there are ${listOf(keys, SHOWN_KEYS_MAX)}`);
  meant.add(formatPath([...path, near]));
  return fault(`; did you mean \`${near}\`?`);
}

/** `a, b, c`, cut after `max`. */
export function listOf(names: readonly string[], max = 10): string {
  const shown = names.slice(0, max).join(', ');
  return names.length > max ? `${shown} and ${names.length - max} more` : shown;
}

function words(issue: RawIssue, known: WeakMap<readonly string[], Known>): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      known.set(issue.keys as string[], knownOf(issue.inst));
      return 'has unknown keys';
    case 'invalid_type':
      return typeWords(issue.expected, issue.input);
    case 'invalid_value':
      return valueWords(issue.values, issue.input);
    case 'invalid_union':
      return unionWords(issue);
    case 'too_small':
    case 'too_big':
      return sizeWords(issue);
    case 'invalid_format':
      return `is not written as it must be${issue.format === 'regex' ? ` (${String(issue.pattern)})` : `: it should be a ${issue.format}`}`;
    case 'invalid_key':
      return 'is not a name that can be used here';
    default:
      return 'is not valid';
  }
}

function unionWords(issue: RawIssue): string {
  if (issue.code === 'invalid_union' && typeof issue.discriminator === 'string') {
    const input = issue.input as Readonly<Record<string, unknown>> | undefined;
    return valueWords((issue.options ?? []) as z.core.util.Primitive[], input?.[issue.discriminator]);
  }
  return issue.input === undefined ? MISSING : OF_NO_TYPE;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
  record: 'a map of keys',
  null: 'empty',
};

/** What a value is, in the words of people who write YAML. */
export function typeOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return TYPE_WORDS[typeof value] ?? typeof value;
}

function typeWords(expected: string, input: unknown): string {
  const wanted = TYPE_WORDS[expected] ?? expected;
  if (input === undefined) return `${MISSING}; it should be ${wanted}`;
  if (typeof input === 'number' && !Number.isFinite(input)) return `is not a finite number; it should be ${wanted}`;
  return `is ${typeOf(input)}, but should be ${wanted}${hintFor(expected, input)}`;
}

function hintFor(expected: string, input: unknown): string {
  if (expected === 'string' && input !== null && typeof input !== 'object') return '; put it in quotes';
  if (expected !== 'boolean' || typeof input !== 'string') return '';
  if (/^(?:yes|on|y)$/i.test(input)) return '; write true';
  return /^(?:no|off|n)$/i.test(input) ? '; write false' : '';
}

function valueWords(values: readonly unknown[], input: unknown): string {
  const names = values.map(String);
  const wanted = names.length === 1 ? `it should be ${names[0]}` : `it should be one of ${listOf(names, 20)}`;
  if (input === undefined) return `${MISSING}; ${wanted}`;
  if (typeof input !== 'string' && typeof input !== 'number') return `is ${typeOf(input)}; ${wanted}`;
  const near = nearest(String(input), names, 1)[0];
  const shown = JSON.stringify(String(input).slice(0, 60));
  return near === undefined ? `${shown} is not known; ${wanted}` : `${shown} is not known; did you mean ${near}?`;
}

function sizeWords(issue: RawIssue): string {
  if (issue.code !== 'too_small' && issue.code !== 'too_big') return 'is not valid';
  const isSmall = issue.code === 'too_small';
  const bound = Number(isSmall ? issue.minimum : issue.maximum);
  const counted: Readonly<Record<string, string>> = { string: 'character', array: 'item', record: 'key' };
  const noun = counted[issue.origin];
  if (isSmall && bound === 1 && noun) return 'is empty; it needs a value';
  const edge = issue.inclusive === false ? (isSmall ? 'more than ' : 'less than ') : isSmall ? 'at least ' : 'at most ';
  return `is too ${noun ? (isSmall ? 'short' : 'long') : isSmall ? 'small' : 'large'}; it should ${noun ? 'have' : 'be'} ${edge}${bound}${noun ? ` ${noun}${bound === 1 ? '' : 's'}` : ''}`;
}

function knownOf(inst: unknown): Known {
  const below = new Map<string, string>();
  const shape = shapeOf(inst);
  for (const [key, schema] of Object.entries(shape)) {
    for (const inner of Object.keys(shapeOf(schema))) if (!below.has(inner)) below.set(inner, key);
  }
  const keys = Object.entries(shape).flatMap(([key, schema]) => (isSecret(schema) ? [key, `${key}_file`] : [key]));
  return { keys, below };
}

interface AnyDef {
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly valueType?: z.ZodType;
}

/** What is inside `.optional()`, `.default()` and `.transform()`; the schema itself when there is nothing around it. */
export function unwrap(schema: unknown): z.ZodType | undefined {
  let current = schema as z.ZodType | undefined;
  for (;;) {
    const def = current?._zod?.def as AnyDef | undefined;
    const inner = def?.innerType ?? def?.in;
    if (!inner) return current;
    current = inner;
  }
}

/** The fields of an object schema; empty for any other. */
export function shapeOf(schema: unknown): Readonly<Record<string, z.ZodType>> {
  return (unwrap(schema)?._zod?.def as AnyDef | undefined)?.shape ?? {};
}

/** The schema of a record's values. */
export function valueSchemaOf(schema: unknown): z.ZodType | undefined {
  return (unwrap(schema)?._zod?.def as AnyDef | undefined)?.valueType;
}

/** Whether a field holds a secret, by the mark that `fields.ts` sets. */
export function isSecret(schema: unknown): boolean {
  return secretFormOf(schema) !== undefined;
}

/** What a secret is, by that mark: `line`, or `text` of any number of lines; nothing where it is none. */
export function secretFormOf(schema: unknown): unknown {
  const inner = unwrap(schema);
  return inner && z.globalRegistry.get(inner)?.secret;
}
