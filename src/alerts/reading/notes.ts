/** Notes on what of a body could not be read although the rest of it was taken. Pure. */
import type { ErrorCode } from '../../domain/errors.ts';
import { isLooseObject } from './loose.ts';

/** One of them. */
export interface ReadNote {
  readonly code: ErrorCode;
  /** Where it stands in the body: `alerts[0].startsAt`; absent where it was put together from several fields. */
  readonly field?: string;
  /** What stands there, as JSON, cut. */
  readonly value: string;
}

/** Notes that one delivery gets. */
const NOTES_MAX = 10;
const VALUE_MAX_CHARS = 80;
const FIELD_MAX_CHARS = 120;
/** Members of a body that are looked at for where a value stands. */
const MEMBERS_MAX = 10_000;

/** Of values that stand for times and are none. */
export function timeNotes(values: readonly unknown[], content: unknown): readonly ReadNote[] {
  if (values.length === 0) return [];
  const fields = fieldsOf(new Set(values), content);
  return [...new Set(values)].slice(0, NOTES_MAX).map((value) => {
    const field = fields.get(value);
    const note = { code: 'ALERT_TIME_UNREADABLE' as const, value: cut(quoted(value), VALUE_MAX_CHARS) };
    return { ...note, ...(field !== undefined && { field: cut(field, FIELD_MAX_CHARS) }) };
  });
}

/** Where each of the values stands first, the outermost before those within. */
function fieldsOf(values: ReadonlySet<unknown>, content: unknown): ReadonlyMap<unknown, string> {
  const found = new Map<unknown, string>();
  const inside: [unknown, string][] = [[content, '']];
  for (const [value, path] of inside) {
    if (values.has(value) && !found.has(value)) found.set(value, path);
    for (const [name, one] of membersOf(value)) {
      if (inside.length >= MEMBERS_MAX) break;
      inside.push([one, Array.isArray(value) ? `${path}[${name}]` : [path, name].filter(Boolean).join('.')]);
    }
  }
  return found;
}

function membersOf(value: unknown): readonly [string, unknown][] {
  return Array.isArray(value) || isLooseObject(value) ? Object.entries(value) : [];
}

/** What is no single value may be long and deep. */
function quoted(value: unknown): string {
  if (Array.isArray(value)) return '[…]';
  if (isLooseObject(value)) return '{…}';
  return JSON.stringify(typeof value === 'string' ? value.slice(0, VALUE_MAX_CHARS) : value);
}

function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max - 1)}…` : text;
}
