/** Reads what dashboards hold, of which nothing is sure: every reader gives the wanted kind or nothing. Pure. */

/** An object of JSON. */
export type Json = Readonly<Record<string, unknown>>;

/** An object, else an empty one. */
export function mapOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** A list, else an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The texts of a list. */
export function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((one): one is string => typeof one === 'string');
}

/** A text that is not empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A finite number, also one that stands in a text, as old dashboards keep them. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'string' && value.trim() === '') return undefined;
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** A subject longer than this is not looked through with an expression that somebody wrote. */
const SUBJECT_MAX_CHARS = 500;

/**
 * The regular expression of a matcher: `/cpu.*\/i` as it stands, other text for the whole name. `undefined` when it is
 * none.
 */
export function regexOf(text: string): RegExp | undefined {
  const [, body, flags = ''] = /^\/([\s\S]*)\/([a-z]*)$/.exec(text) ?? [];
  try {
    return body === undefined ? new RegExp(`^(?:${text})$`) : new RegExp(body, flags.replace(/[gy]/g, ''));
  } catch {
    return undefined;
  }
}

/** Whether a name matches an expression of {@link regexOf}; one that is broken matches nothing. */
export function matches(text: string, name: string): boolean {
  return regexOf(text)?.test(name.slice(0, SUBJECT_MAX_CHARS)) ?? false;
}
