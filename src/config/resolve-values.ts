/** Fills `${NAME}` from the environment and `<key>_file` from files, before the data are checked. */
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { z } from 'zod';
import { readTemplate } from '../alerts/words-template.ts';
import { isSecret, secretFormOf, shapeOf, unwrap } from './check-shape.ts';
import { type DataPath, type Fault, formatPath } from './fault.ts';
import { isOneLine, withoutFinalBreaks } from './fields.ts';
import type { YamlFile } from './yaml-file.ts';

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Data with everything filled in, and what could not be. */
export interface Resolved {
  readonly value: unknown;
  readonly faults: readonly Fault[];
  /** Texts that came from outside the file: no message may show them. */
  readonly hidden: readonly Hidden[];
}

/** A text that came from outside the file. */
export interface Hidden {
  readonly path: string;
  readonly value: string;
  /** What stands for it in messages: as the file has it. */
  readonly shown: string;
  /** Reads it again, where it is a secret in a file of its own; nothing when that cannot be done now. */
  readonly readAgain?: () => Promise<string | undefined>;
}

/** A secret file larger than this is another file. */
const SECRET_MAX_BYTES = 64 * 1024;
/** Stands for a secret that could not be read, so that it is not reported as missing too; never leaves the loader. */
const UNREADABLE = 'unreadable '.repeat(8);

/**
 * Fills in a whole file.
 *
 * @param folder - what the paths of secret files are relative to
 */
export async function resolveValues(
  schema: z.ZodType,
  yaml: YamlFile,
  env: Environment,
  folder: string,
): Promise<Resolved> {
  const work: Work = { yaml, env, folder, faults: [], hidden: [] };
  const value = await resolveValue(work, schema, yaml.value, []);
  return { value, faults: work.faults, hidden: work.hidden };
}

interface Work {
  readonly yaml: YamlFile;
  readonly env: Environment;
  readonly folder: string;
  readonly faults: Fault[];
  readonly hidden: Hidden[];
}

type Values = Readonly<Record<string, unknown>>;

async function resolveValue(work: Work, schema: unknown, value: unknown, path: DataPath): Promise<unknown> {
  if (typeof value === 'string') return typed(schema, interpolate(work, value, path), value);
  if (Array.isArray(value)) {
    const items = value.map((item, index) => resolveValue(work, defOf(schema)?.element, item, [...path, index]));
    return Promise.all(items);
  }
  if (value === null || typeof value !== 'object') return value;
  return resolveMap(work, objectSchema(schema, value as Values), value as Values, path);
}

async function resolveMap(work: Work, schema: unknown, value: Values, path: DataPath): Promise<Values> {
  const shape = new Map(Object.entries(shapeOf(schema))); // a plain lookup would find `constructor`
  const valueSchema = defOf(schema)?.valueType;
  const result: [string, unknown][] = [];
  for (const [key, inner] of Object.entries(value)) {
    const secretKey = key.endsWith('_file') && !shape.has(key) ? key.slice(0, -'_file'.length) : undefined;
    const secretSchema = secretKey === undefined ? undefined : (shape.get(secretKey) ?? valueSchema);
    if (secretKey === undefined || !isSecret(secretSchema)) {
      result.push([key, await resolveValue(work, shape.get(key) ?? valueSchema, inner, [...path, key])]);
    } else if (Object.hasOwn(value, secretKey)) {
      work.faults.push(
        work.yaml.faultAt([...path, key], `is here beside \`${secretKey}\`; keep one of the two`, 'key'),
      );
    } else {
      result.push([secretKey, await readSecret(work, secretSchema, inner, [...path, key])]);
    }
  }
  return Object.fromEntries(result); // defines keys, so that `__proto__` stays one
}

const PLACEHOLDER = /\$?\$\{([^}]*)\}?/g;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

function interpolate(work: Work, text: string, path: DataPath): string {
  const filled = text.replace(PLACEHOLDER, (whole: string, name: string, at: number) => {
    if (whole.startsWith('$$')) return whole.slice(1);
    const fault = (message: string) => work.faults.push(work.yaml.faultAt(path, message, 'value', at));
    if (!whole.endsWith('}')) fault('has a `${` without its `}`; write `$${` where those two characters are meant');
    else if (!VARIABLE.test(name))
      fault(`has \`${whole}\`, which names no environment variable; ${meantInstead(whole, name, path)}`);
    else if (work.env[name] === undefined)
      fault(`reads the environment variable ${name}, which is not set; set it, or write the value here`);
    else return work.env[name];
    return UNREADABLE;
  });
  if (filled !== text && filled !== '') work.hidden.push({ path: formatPath(path), value: filled, shown: text });
  return filled;
}

/** In words for alerts a place was meant: those are written otherwise. */
function meantInstead(whole: string, name: string, path: DataPath): string {
  const isPlace = path.includes('template') && 'template' in readTemplate(`{{${name}}}`);
  return isPlace ? `did you mean {{${name}}}?` : `write \`$${whole}\` if it is none`;
}

/** A number or truth value that came from the environment, which has only text. */
function typed(schema: unknown, filled: string, written: string): unknown {
  if (filled === written || filled.trim() === '') return filled;
  const type = defOf(schema)?.type;
  if (type === 'number' && Number.isFinite(Number(filled))) return Number(filled);
  if (type === 'boolean' && (filled === 'true' || filled === 'false')) return filled === 'true';
  return filled;
}

async function readSecret(work: Work, schema: unknown, written: unknown, path: DataPath): Promise<unknown> {
  const refuse = (message: string): string => {
    work.faults.push({ ...work.yaml.faultAt(path, message), code: 'CONFIG_SECRET_UNREADABLE' });
    return UNREADABLE;
  };
  if (typeof written !== 'string' || written === '')
    return refuse('should be the path of a file that holds the secret');
  const faultsBefore = work.faults.length;
  const file = resolve(work.folder, interpolate(work, written, path));
  if (work.faults.length > faultsBefore) return UNREADABLE;
  const isOfForm = (value: string) => secretFormOf(schema) !== 'line' || isOneLine(value);
  const readAgain = async () => {
    const value = await readSecretFile(file);
    return value !== '' && isOfForm(value) ? value : undefined;
  };
  try {
    const found = await stat(file);
    if (!found.isFile() || found.size > SECRET_MAX_BYTES)
      return refuse(`${file} is no file of at most 64 KiB; give one that holds the secret alone`);
    const value = await readSecretFile(file);
    if (value === '') return refuse(`${file} is empty; put the secret into it`);
    if (!isOfForm(value))
      return refuse(
        `${file} holds more than one line, or a control character; put the secret into it alone, in one line`,
      );
    work.hidden.push({ path: formatPath(path).replace(/_file$/, ''), value, shown: '[redacted]', readAgain });
    return value;
  } catch (thrown) {
    return refuse(`${file} cannot be read: ${whyUnreadable((thrown as NodeJS.ErrnoException).code)}`);
  }
}

async function readSecretFile(file: string): Promise<string> {
  return withoutFinalBreaks(await readFile(file, 'utf8'));
}

function whyUnreadable(code: string | undefined): string {
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return 'there is no such file; relative paths start at the folder of the config';
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not; give it the right to read it';
  return code ?? 'the reason is not known';
}

interface SchemaDef {
  readonly type?: string;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly discriminator?: string;
}

function defOf(schema: unknown): SchemaDef | undefined {
  return unwrap(schema)?._zod.def as SchemaDef | undefined;
}

/** Of a union the object that a value is meant to be: by its discriminator, else the one that shares most keys. */
function objectSchema(schema: unknown, value: Values): z.ZodType | undefined {
  const own = unwrap(schema);
  const { options, discriminator } = defOf(schema) ?? {};
  if (!options) return own;
  if (discriminator !== undefined) {
    return options.find((option) => shapeOf(option)[discriminator]?.safeParse(value[discriminator]).success === true);
  }
  const keys = Object.keys(value).map((key) => key.replace(/_file$/, ''));
  const score = (option: z.ZodType) => keys.filter((key) => Object.hasOwn(shapeOf(option), key)).length;
  return options.toSorted((a, b) => score(b) - score(a))[0];
}
